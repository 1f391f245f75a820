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
        while (pass.Met.TryDequeue(out Frame? met))
        {
            foreach ((Frame frame, DiagnosticBag mistakes) in Inside(met))
            {
                if (!pass.HasMet(frame.Plan))
                {
                    Check(pass, frame, mistakes, isInspection, diagnostics);
                }
            }
        }
    }

    private static void Check(GraphPass pass, Frame frame, DiagnosticBag mistakes, bool isInspection, DiagnosticBag diagnostics)
    {
        if (!isInspection && frame.Plan.IsImported)
        {
            return;
        }

        var found = new DiagnosticBag();
        found.AddAll(mistakes);
        pass.Check(frame, found);
        bool counts = isInspection && !frame.Plan.IsImported;
        foreach (Diagnostic diagnostic in found.ToSortedList())
        {
            diagnostics.Add(counts || diagnostic.Severity == DiagnosticSeverity.Warning
                ? diagnostic
                : diagnostic with { Severity = DiagnosticSeverity.Warning, Message = $"{diagnostic.Message} (nothing uses this part)" });
        }
    }

    private static IEnumerable<(Frame Frame, DiagnosticBag Mistakes)> Inside(Frame frame)
    {
        IEnumerable<(string Id, ModulePlan Plan, DiagnosticBag Mistakes)> inside =
        [
            .. frame.Plan.Declares.Values.Where(declare => !declare.IsCyclic).Select(declare => ($"declare.{declare.Name}", declare.Body, declare.Mistakes)),
            .. frame.Plan.Nodes.Where(node => node.Inner is not null).Select(node => (node.Id, node.Inner!, new DiagnosticBag())),
        ];
        return inside.Select(one => (new Frame(frame.IdOf(one.Id), one.Plan, frame, frame.ModulePath, frame.Depth + 1, frame.Makers), one.Mistakes));
    }
}
