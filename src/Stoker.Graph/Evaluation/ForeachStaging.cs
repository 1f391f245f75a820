using Stoker.Graph.Planning;
using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Graph.Evaluation;

/// <summary>Evaluates a <c>foreach</c>: its template becomes a module for each item. A mistake in the collection leaves the modules that there are.</summary>
internal sealed class ForeachStaging(GraphPass pass, PassInput input)
{
    private const int MaxItems = 10_000;

    public void Stage(Frame frame, PlannedNode plan, DiagnosticBag diagnostics)
    {
        string[] references = [.. plan.References.Select(frame.IdOf)];
        StagedNode? before = pass.Before(frame.IdOf(plan.Id));
        var own = new DiagnosticBag();
        StagedNode node = pass.IsClean(before, plan, references) ? before! with { IsNew = false }
            : input.Kept.TryGetValue(frame.IdOf(plan.Id), out string? kept) && before is not null ? before with { IsNew = false, Problem = kept }
            : Evaluate(frame, plan, before, references, own);
        diagnostics.AddAll(own);

        var modules = new List<string>();
        if (node.Arguments is ForeachBlock block)
        {
            foreach ((string key, Value item) in ItemKeys.Of(block))
            {
                var module = new Frame(frame.IdOf($"{plan.Id}/{key}"), plan.Inner!, frame, frame.ModulePath, frame.Depth + 1, [.. frame.Makers, new Maker(node.Id, IsImport: false)]);
                var inner = new DiagnosticBag();
                pass.StageModule(module, new ModuleInput { Item = new PassedValue(item, references), Place = plan.Block.HeaderSpan }, inner);
                diagnostics.AddAll(inner, module.Id);
                modules.Add(module.Id);
            }
        }

        pass.Record(frame, node with { ModuleIds = modules });
    }

    private StagedNode Evaluate(Frame frame, PlannedNode plan, StagedNode? before, IReadOnlyList<string> references, DiagnosticBag own)
    {
        StagedNode fresh = pass.Fresh(frame, plan, references) with { Exports = ObjectValue.Empty };
        pass.MarkChanged(fresh.Id);
        var block = (ForeachBlock?)ForeachBlock.Schema.DecodeObject(
            plan.Body, plan.Block.HeaderSpan, frame.ScopeOf(plan, pass.Settings.StandardLibrary), own);
        if (block is { Collection.Count: > MaxItems })
        {
            own.Error(plan.Block.HeaderSpan, $"the collection has {block.Collection.Count} items; a foreach takes at most {MaxItems}");
            block = null;
        }

        return block is not null
            ? fresh with { Arguments = block }
            : fresh with
            {
                Arguments = before?.Arguments,
                Problem = own.HasErrors ? Problems.Of(own) : pass.WaitReason(references),
                IsWaiting = !own.HasErrors,
            };
    }
}
