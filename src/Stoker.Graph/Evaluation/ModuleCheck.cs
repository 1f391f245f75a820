using Stoker.Graph.Planning;
using Stoker.Syntax;

namespace Stoker.Graph.Evaluation;

/// <summary>
/// Checks the modules that nothing uses, with arguments that are not known. Their mistakes are errors where a user checks her own files; in a configuration
/// that is to run they harm nothing and are warnings. What is imported and not used, a library's other half, only warns where it is checked.
/// </summary>
internal static class ModuleCheck
{
    public static void Run(GraphPass pass, bool isInspection, DiagnosticBag diagnostics)
    {
        // Checking a module meets those inside it, so it goes on until there are no new ones.
        while (pass.Frames.SelectMany(met => Unused(met.Key, met.Value, pass)).FirstOrDefault() is { Frame: { } frame } unused)
        {
            var found = new DiagnosticBag();
            found.AddAll(unused.Mistakes);
            pass.Check(frame, found);
            if (!isInspection && frame.Plan.IsImported)
            {
                continue;
            }

            bool counts = isInspection && !frame.Plan.IsImported;
            foreach (Diagnostic diagnostic in found.ToSortedList())
            {
                diagnostics.Add(counts || diagnostic.Severity == DiagnosticSeverity.Warning
                    ? diagnostic
                    : diagnostic with { Severity = DiagnosticSeverity.Warning, Message = $"{diagnostic.Message} (nothing uses this part)" });
            }
        }
    }

    private static IEnumerable<(Frame Frame, DiagnosticBag Mistakes)> Unused(ModulePlan plan, Frame frame, GraphPass pass)
    {
        IEnumerable<(string Id, ModulePlan Plan, DiagnosticBag Mistakes)> inside =
        [
            .. plan.Declares.Values.Where(declare => !declare.IsCyclic).Select(declare => ($"declare.{declare.Name}", declare.Body, declare.Mistakes)),
            .. plan.Nodes.Where(node => node.Inner is not null).Select(node => (node.Id, node.Inner!, new DiagnosticBag())),
        ];
        return inside.Where(one => !pass.Frames.ContainsKey(one.Plan))
            .Select(one => (new Frame(frame.IdOf(one.Id), one.Plan, frame, frame.ModulePath, frame.Depth + 1), one.Mistakes));
    }
}
