using System.Text;
using Stoker.Syntax.Parsing;

namespace Stoker.Syntax;

/// <summary>The names of the language: a letter or <c>_</c>, then letters, digits and <c>_</c>, and none of <c>true</c>, <c>false</c>, <c>null</c>.</summary>
public static class Identifier
{
    public static bool IsValid(string name) => Characters.IsIdentifier(Encoding.UTF8.GetBytes(name));
}
