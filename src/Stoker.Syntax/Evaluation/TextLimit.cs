namespace Stoker.Syntax.Evaluation;

/// <summary>Bounds the strings that operators and functions build, so that nested calls cannot fill the memory.</summary>
internal static class TextLimit
{
    public const int MaxLength = 16 << 20;

    public static bool Check(long length, SourceSpan place, DiagnosticBag diagnostics)
    {
        if (length <= MaxLength)
        {
            return true;
        }

        diagnostics.Error(place, $"the result would have {length} characters; a string may have at most {MaxLength}");
        return false;
    }
}
