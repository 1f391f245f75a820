using Stoker.Graph.Planning;
using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Graph.Evaluation;

/// <summary>Evaluates the block of a component: its arguments, and the exports that they lead to.</summary>
internal sealed class ComponentStaging(GraphPass pass, PassInput input)
{
    public StagedNode Stage(Frame frame, PlannedNode plan, DiagnosticBag diagnostics)
    {
        string[] references = [.. plan.References.Select(frame.IdOf)];
        StagedNode? before = pass.Before(frame.IdOf(plan.Id));
        if (pass.IsClean(before, plan, references))
        {
            return before! with { IsNew = false, Exports = LastExports(before) };
        }

        StagedNode fresh = pass.Fresh(frame, plan, references);
        var own = new DiagnosticBag();
        StagedNode staged = Evaluate(frame, plan, before, fresh, own);
        diagnostics.AddAll(own);
        return staged;
    }

    private StagedNode Evaluate(Frame frame, PlannedNode plan, StagedNode? before, StagedNode fresh, DiagnosticBag own)
    {
        ComponentNode? running = before?.Component is { } known && known.Definition == plan.Definition && !(input.IsLoad && known.HasExited) ? known : null;
        try
        {
            object? arguments = plan.Definition!.Arguments.DecodeObject(
                plan.Body, plan.Block.HeaderSpan, frame.ScopeOf(plan, pass.Settings.StandardLibrary), own);
            running ??= input.Create(fresh.Id, plan);
            if (arguments is not null)
            {
                ObjectValue exports = running.Component.Stage(arguments);
                string? missing = ReportMissing(plan, exports, own);
                return fresh with { Component = running, Arguments = arguments, Exports = exports, IsNew = true, Problem = missing };
            }
        }
        catch (Exception exception)
        {
            // The edge of the component: what it could not check or build is a mistake at its block, and the other blocks are checked all the same.
            own.Error(plan.Block.HeaderSpan, $"component \"{fresh.Id}\" cannot be built: {exception.Message}");
        }

        bool isWaiting = !own.HasErrors;
        StagedNode unchanged = fresh with
        {
            Component = running,
            Problem = isWaiting ? pass.WaitReason(fresh.References) : Problems.Of(own),
            IsWaiting = isWaiting,
        };
        return running is not null && before is not null ? unchanged with { Arguments = before.Arguments, Exports = LastExports(before) } : unchanged;
    }

    private Value LastExports(StagedNode before) => input.Published.TryGetValue(before.Id, out ObjectValue? published) ? published : before.Exports;

    /// <summary>A file that is not there is a mistake where the configuration is to run, and may be right where it is only looked at.</summary>
    private string? ReportMissing(PlannedNode plan, ObjectValue exports, DiagnosticBag own)
    {
        if (exports.Fields.Values.OfType<UnavailableValue>().FirstOrDefault(value => value.IsMistake) is not { } missing)
        {
            return null;
        }

        if (pass.Settings.IsInspection)
        {
            own.Warning(plan.Block.HeaderSpan, $"{missing.Reason}; what needs it is not checked");
        }
        else
        {
            own.Error(plan.Block.HeaderSpan, missing.Reason);
        }

        return missing.Reason;
    }
}
