using Stoker.Components;
using Stoker.Graph.Planning;
using Stoker.Syntax;
using Stoker.Syntax.Ast;
using Stoker.Syntax.Values;

namespace Stoker.Graph.Evaluation;

/// <summary>
/// Evaluates an <c>import.*</c> block: the component that brings the text, and the module that the text is. Text with mistakes is not used: the module
/// stays what it was.
/// </summary>
internal sealed class ImportStaging(GraphPass pass, PassInput input, ComponentStaging components)
{
    public const string HasMistakes = "what was imported has mistakes";

    public void Stage(Frame frame, PlannedNode plan, DiagnosticBag diagnostics)
    {
        StagedNode? before = pass.Before(frame.IdOf(plan.Id));
        StagedNode node = components.Stage(frame, plan, diagnostics) with
        {
            Module = before?.Module,
            RefusedContent = before?.RefusedContent,
            IsRefusedForItself = before is { IsRefusedForItself: true },
        };
        if ((node.Exports as ObjectValue)?.Fields.GetValueOrDefault(ModuleContentValue.ExportName) is ModuleContentValue content)
        {
            PlanSettings settings = pass.Settings.Planning with { IsFromServer = frame.Plan.IsFromServer || plan.Definition!.ImportsFromServer };
            node = Use(node, content, settings, before, diagnostics);
        }

        pass.Record(frame, node);
        Frame? module = null;
        if (node.Module is { } imported)
        {
            module = new Frame(
                node.Id, imported.Plan, outer: null, imported.Content.ModulePath ?? frame.ModulePath, frame.Depth + 1, [.. frame.Makers, new Maker(node.Id, IsImport: true)]);
            var inner = new DiagnosticBag();
            pass.StageModule(module, new ModuleInput { Place = plan.Block.HeaderSpan }, inner);
            if (inner.HasErrors)
            {
                pass.Blame(module, Problems.Of(inner));
            }

            diagnostics.AddAll(inner);
        }

        frame.Import(plan.Block.BlockLabel!, module);
    }

    private StagedNode Use(StagedNode node, ModuleContentValue content, PlanSettings settings, StagedNode? before, DiagnosticBag diagnostics)
    {
        if (input.Kept.TryGetValue(node.Id, out string? reason))
        {
            if (input.IsLoad)
            {
                // Another file's mistake, which is known and harms nothing new, does not keep a repaired configuration out.
                diagnostics.Warning(node.Plan.Block.HeaderSpan, node.Module is null ? $"{reason}; what needs it waits" : $"{reason}; what was imported before stays in use");
            }

            return node with { Problem = reason, RefusedContent = content };
        }

        // What was wrong with the content before is no problem of the new one.
        string? problem = before?.RefusedContent is not null && node.Problem == before.Problem ? null : node.Problem;
        if (content.Equals(node.Module?.Content))
        {
            return node with { RefusedContent = null, Problem = problem };
        }

        if (content.Equals(node.RefusedContent) && before is { Problem: { } known })
        {
            // What did not fit may fit by now, but text that is wrong in itself is wrong until there is another.
            pass.Retried[node.Id] = known;
            if (!input.IsLoad && node.IsRefusedForItself)
            {
                return node with { Problem = known };
            }
        }

        var own = new DiagnosticBag();
        Body?[] bodies = [.. content.Files.Select(file => Parser.Parse(file, own))];
        ModulePlan? plan = own.HasErrors ? null : ModulePlanner.Plan(bodies.OfType<Body>(), ModuleKind.Import, settings, own);
        diagnostics.AddAll(own);
        if (own.HasErrors)
        {
            return node with { Problem = $"{HasMistakes}: {Problems.Of(own)}", RefusedContent = content, IsRefusedForItself = true };
        }

        pass.MarkChanged(node.Id);
        return node with { Module = new ImportedModule(content, plan!), RefusedContent = null, IsRefusedForItself = false, Problem = problem };
    }
}
