using System.Text;

namespace Stoker.Syntax.Tests;

/// <summary>Whatever the bytes are, the <see cref="Promises"/> hold. <see cref="LongFuzzTests"/> has the mutated files.</summary>
public sealed class FuzzTests
{
    [Fact]
    public void Parse_RandomBytes_NeverThrows()
    {
        var random = new Random(1);
        for (int i = 0; i < 2000; i++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            Check(bytes);
        }
    }

    [Fact]
    public void Parse_RandomTokens_NeverThrows()
    {
        string[] tokens =
        [
            "a", "b", "string", "format", ".", "=", "{", "}", "[", "]", "(", ")", ",", "\n", "\n", "1", "017", "2.5", "1e9", "\"s\"", "\"%d\"", "`r`", "true", "null",
            "+", "-", "*", "/", "%", "^", "!", "==", "<", "&&", "||", " ", "// c\n", "/* c */", "'", "|", "#", ";", ":", "\"", "`", "/*", "\r", "é", "\0", "\\",
        ];
        var random = new Random(2);
        for (int i = 0; i < 20_000; i++)
        {
            var text = new StringBuilder();
            for (int count = random.Next(40); count > 0; count--)
            {
                text.Append(tokens[random.Next(tokens.Length)]).Append(random.Next(3) == 0 ? " " : "");
            }

            Check(Encoding.UTF8.GetBytes(text.ToString()));
        }
    }

    [Fact]
    public void Parse_EveryTruncation_NeverThrows()
    {
        foreach (SourceFile file in Corpus.Files("valid").Concat(Corpus.Files("invalid")))
        {
            for (int length = 0; length <= file.Length; length++)
            {
                Check(file.Utf8[..length].ToArray());
            }
        }
    }

    private static void Check(byte[] bytes)
    {
        try
        {
            new Promises().Run(bytes);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException("The input is, in base64: " + Convert.ToBase64String(bytes), exception);
        }
    }
}
