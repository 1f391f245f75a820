namespace Stoker.Syntax.Evaluation;

/// <summary>Bounds the lists that functions build, so that nested calls cannot fill the memory.</summary>
internal static class ListLimit
{
    public const int MaxCount = 1_000_000;

    public static bool Check(long count, SourceSpan place, DiagnosticBag diagnostics)
    {
        if (count <= MaxCount)
        {
            return true;
        }

        diagnostics.Error(place, $"the result would be a list of more than {MaxCount} elements");
        return false;
    }
}
