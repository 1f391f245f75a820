using Stoker.Graph.Planning;
using Stoker.Syntax;
using Stoker.Syntax.Ast;
using Stoker.Syntax.Values;

namespace Stoker.Graph.Evaluation;

/// <summary>Evaluates an instance of a <c>declare</c>: 1. the declaration, 2. the arguments, 3. the module made of them, 4. what it exports.</summary>
internal sealed class InstanceStaging(GraphPass pass)
{
    public void Stage(Frame frame, PlannedNode plan, DiagnosticBag diagnostics)
    {
        string[] references = [.. plan.References.Select(frame.IdOf)];
        StagedNode fresh = pass.Fresh(frame, plan, references);

        // 1.
        TemplateReference template = plan.Template!.Value;
        Frame? declaring = frame.Up(template.Up);
        string? importId = null;
        if (template.Namespace is { } space)
        {
            declaring = declaring.TryImport(space, out Frame? imported) ? imported : null;
            importId = frame.Up(template.Up).IdOf(frame.Up(template.Up).Plan.Imports[space].Id);
            if (declaring is null)
            {
                pass.Record(frame, fresh with { IsWaiting = true, Problem = $"waits for {importId}" });
                return;
            }
        }

        if (!declaring.Plan.Declares.TryGetValue(template.Name, out DeclarePlan? declare) || declare.IsCyclic)
        {
            var missing = new DiagnosticBag();
            if (declare is null)
            {
                string[] names = [.. declaring.Plan.Declares.Keys.Order(StringComparer.Ordinal)];
                missing.Error(plan.Block.NameSpan, $"the import \"{template.Namespace}\" declares no \"{template.Name}\"{Suggestion.For(template.Name, names)}"
                    + (names.Length == 0 ? "; it declares nothing" : $" (it has: {string.Join(", ", names)})"));
                NoteFailure(importId, missing);
            }

            diagnostics.AddAll(missing);
            pass.Record(frame, fresh with { Problem = $"there is no declare \"{template.Name}\"" });
            return;
        }

        // 2.
        var own = new DiagnosticBag();
        ModuleInput input = Pass(frame, plan, declare, references, own);

        // 3.
        var inner = new DiagnosticBag();
        inner.AddAll(declare.Mistakes);
        var module = new Frame(fresh.Id, declare.Body, declaring, declaring.ModulePath, frame.Depth + 1);
        pass.StageModule(module, input, inner);
        NoteFailure(importId, own, inner);
        PlannedNode[] exports = [.. declare.Body.Nodes.Where(node => node.Kind == NodeKind.Export)];
        StagedNode? withProblem = exports.Select(export => pass.Find(module.IdOf(export.Id))).FirstOrDefault(export => export?.Problem is not null);
        string? problem = own.HasErrors ? string.Join("; ", own.ToSortedList()) : input.Waiting ?? withProblem?.Problem;
        diagnostics.AddAll(own);
        diagnostics.AddAll(inner, fresh.Id);

        // 4.
        pass.Record(frame, fresh with
        {
            References = [.. references, .. exports.Select(export => module.IdOf(export.Id))],
            Exports = new ObjectValue(exports.Select(export =>
                new KeyValuePair<string, Value>(export.Block.BlockLabel!, module.ExportsOf(new PlannedReference(0, export.Id))))),
            ModuleIds = [fresh.Id],
            Problem = problem,
            IsWaiting = !own.HasErrors && (input.Waiting is not null || withProblem is { IsWaiting: true }),
        });
    }

    private void NoteFailure(string? importId, params ReadOnlySpan<DiagnosticBag> mistakes)
    {
        if (importId is null || !pass.IsChanged(importId))
        {
            return;
        }

        foreach (DiagnosticBag bag in mistakes)
        {
            if (bag.HasErrors)
            {
                pass.FailedImports[importId] = [.. pass.FailedImports.GetValueOrDefault(importId, []), .. bag.ToSortedList()];
            }
        }
    }

    /// <summary>An argument whose expression has a mistake keeps the value that it had.</summary>
    private ModuleInput Pass(Frame frame, PlannedNode plan, DeclarePlan declare, IReadOnlyList<string> references, DiagnosticBag own)
    {
        bool isClean = pass.IsClean(pass.Before(frame.IdOf(plan.Id)), plan, references);
        Scope scope = frame.ScopeOf(plan, pass.Settings.StandardLibrary);
        var passed = new Dictionary<string, PassedValue>(StringComparer.Ordinal);
        string? waiting = null;
        foreach (Statement statement in plan.Block.Body.Statements)
        {
            if (statement is BlockStatement block)
            {
                own.Error(block.HeaderSpan, $"an instance of a declare takes only attributes, not the block \"{block.Name}\"");
                continue;
            }

            var attribute = (AttributeStatement)statement;
            if (!declare.Body.ArgumentNames.Contains(attribute.Name))
            {
                string[] names = [.. declare.Body.ArgumentNames];
                own.Error(attribute.NameSpan, $"declare \"{declare.Name}\" has no argument \"{attribute.Name}\"{Suggestion.For(attribute.Name, names)}"
                    + (names.Length == 0 ? "; it has none" : $" (it has: {string.Join(", ", names.Order(StringComparer.Ordinal))})"));
                continue;
            }

            Value? before = ((pass.Before($"{frame.IdOf(plan.Id)}/argument.{attribute.Name}")?.Exports as ObjectValue)?.Fields)?.GetValueOrDefault("value");
            Value value = before ?? PoisonValue.Instance;
            if (!isClean || before is null or PoisonValue)
            {
                int errorsBefore = own.ErrorCount;
                if (Evaluator.TryEvaluate(attribute.Value, scope, own, out Value evaluated))
                {
                    value = evaluated;
                }
                else if (own.ErrorCount == errorsBefore)
                {
                    waiting = pass.WaitReason(references);
                }
            }

            if (!passed.TryAdd(attribute.Name, new PassedValue(value, references)))
            {
                own.Error(attribute.NameSpan, $"attribute \"{attribute.Name}\" may be written only once");
            }
        }

        return new ModuleInput { Arguments = passed, Place = plan.Block.HeaderSpan, Waiting = waiting };
    }
}
