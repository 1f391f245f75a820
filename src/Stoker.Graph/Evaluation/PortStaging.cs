using Stoker.Graph.Planning;
using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Graph.Evaluation;

/// <summary>Evaluates the <c>argument</c> and <c>export</c> blocks of a module.</summary>
internal sealed class PortStaging(GraphPass pass)
{
    public StagedNode StageArgument(Frame frame, PlannedNode plan, ModuleInput input, DiagnosticBag diagnostics)
    {
        string name = plan.Block.BlockLabel!;
        bool isPassed = input.Arguments.TryGetValue(name, out PassedValue passed);
        string[] references = [.. plan.References.Select(frame.IdOf), .. isPassed ? passed.References : []];
        StagedNode? before = pass.Before(frame.IdOf(plan.Id));
        if (!isPassed && pass.IsClean(before, plan, references))
        {
            return before!;
        }

        StagedNode fresh = pass.Fresh(frame, plan, references);
        int errorsBefore = diagnostics.ErrorCount;
        var block = (ArgumentBlock?)ArgumentBlock.Schema.DecodeObject(
            plan.Body, plan.Block.HeaderSpan, frame.ScopeOf(plan, pass.Settings.StandardLibrary), diagnostics);
        if (isPassed)
        {
            bool isWaiting = passed.Value is PoisonValue && input.Waiting is not null;
            return fresh with { Exports = ExportsOf(passed.Value), IsWaiting = isWaiting, Problem = isWaiting ? input.Waiting : null };
        }

        if (input.IsCheck || block is null)
        {
            bool isWaiting = !input.IsCheck && diagnostics.ErrorCount == errorsBefore;
            return fresh with { Exports = ExportsOf(PoisonValue.Instance), IsWaiting = isWaiting, Problem = isWaiting ? pass.WaitReason(references) : null };
        }

        if (!block.Optional)
        {
            diagnostics.Error(input.Place, $"missing required argument \"{name}\"{(block.Comment.Length > 0 ? $" ({block.Comment})" : "")}, which stands at {plan.Block.Span}");
            return fresh with { Exports = ExportsOf(PoisonValue.Instance) };
        }

        return fresh with { Exports = ExportsOf(block.Default) };
    }

    /// <summary>The exports of the node are the value itself, because nothing but the instance reads it.</summary>
    public StagedNode StageExport(Frame frame, PlannedNode plan, DiagnosticBag diagnostics)
    {
        string[] references = [.. plan.References.Select(frame.IdOf)];
        StagedNode? before = pass.Before(frame.IdOf(plan.Id));
        if (pass.IsClean(before, plan, references))
        {
            return before!;
        }

        StagedNode fresh = pass.Fresh(frame, plan, references);
        var own = new DiagnosticBag();
        var block = (ExportBlock?)ExportBlock.Schema.DecodeObject(plan.Body, plan.Block.HeaderSpan, frame.ScopeOf(plan, pass.Settings.StandardLibrary), own);
        diagnostics.AddAll(own);
        if (block is not null)
        {
            return fresh with { Exports = block.Content };
        }

        bool isWaiting = !own.HasErrors;
        return fresh with
        {
            Exports = before?.Exports ?? PoisonValue.Instance,
            IsWaiting = isWaiting,
            Problem = isWaiting ? pass.WaitReason(references) : Problems.Of(own),
        };
    }

    private static ObjectValue ExportsOf(Value value) => new([new("value", value)]);
}
