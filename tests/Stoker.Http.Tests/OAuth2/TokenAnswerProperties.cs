using System.Net;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Stoker.Http.Tests.OAuth2;

/// <summary>The reader of a token server's answers takes any bytes, and takes from a good answer what is in it.</summary>
public sealed class TokenAnswerProperties
{
    private static readonly byte[][] Seeds =
    [
        .. ((string[])[
            """{"access_token":"abc","token_type":"Bearer","expires_in":3600,"scope":"a b"}""",
            """{"access_token":"\u0061\ud83d\ude00","token_type":null,"expires_in":"36e2","x":[{"y":{}}]}""",
            """{"error":"invalid_client","error_description":"no\tsuch client","error_uri":"https://l/"}""",
            "access_token=abc%2F%3D&token_type=bearer&expires_in=3600&scope=a+b",
            "error=invalid_scope&error_description=%E2%82%AC+%zz",
        ]).Select(Encoding.UTF8.GetBytes),
    ];

    private static readonly Arbitrary<byte[]> Anything = Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf().ToArbitrary();

    /// <summary>A good answer with some bytes changed, cut out or put in.</summary>
    private static readonly Arbitrary<byte[]> Edited = (
        from seed in Gen.Elements(Seeds)
        from edits in (
            from kind in Gen.Choose(0, 3)
            from place in Gen.Choose(0, 200)
            from value in Gen.Frequency((3, Gen.Choose(0, 255)), (2, Gen.Elements<int>("{}[]\",:\\u&=%0e+-".Select(c => (int)c))))
            select (kind, place, (byte)value)).ListOf()
        select edits.Aggregate(seed, Edit)).ToArbitrary();

    private static readonly Arbitrary<(string Token, string Type, int Seconds)> Good = (
        from token in Gen.Choose(' ', '~').Select(c => (char)c).NonEmptyListOf()
        from type in Gen.Elements("Bearer", "MAC", "x-y")
        from seconds in Gen.Choose(1, int.MaxValue)
        select (string.Concat(token).Trim() + "x", type, seconds)).ToArbitrary();

    [Fact]
    public void Read_AnyBytes_GivesAHeaderThatCanBeSentOrNone() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(Anything, IsSound));

    [Fact]
    public void Read_EditedAnswer_GivesAHeaderThatCanBeSentOrNone() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(5000), Prop.ForAll(Edited, IsSound));

    [Fact]
    public void Read_GoodAnswer_GivesWhatIsInIt() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll(Good, good =>
        {
            string json = JsonSerializer.Serialize(new { access_token = good.Token, token_type = good.Type, expires_in = good.Seconds });
            string form = $"token_type={good.Type}&expires_in={good.Seconds}&access_token={WebUtility.UrlEncode(good.Token)}";
            return ((string[])[json, form]).All(body =>
            {
                var answer = TokenAnswer.Read(Encoding.UTF8.GetBytes(body));
                return answer.Header == $"{good.Type} {good.Token}"
                    && answer.ExpiresIn == TimeSpan.FromSeconds(Math.Min(good.Seconds, 3650 * 86400L))
                    && answer.Error.Length == 0;
            });
        }));

    private static bool IsSound(byte[] body)
    {
        var answer = TokenAnswer.Read(body);
        using var request = new HttpRequestMessage();
        return (answer.Header is null || (request.Headers.TryAddWithoutValidation("Authorization", answer.Header) && answer.Header.All(c => c is >= ' ' and <= '~')))
            && (answer.ExpiresIn is null || (answer.ExpiresIn > TimeSpan.Zero && answer.ExpiresIn <= TimeSpan.FromDays(3650)));
    }

    private static byte[] Edit(byte[] body, (int Kind, int Place, byte Value) edit)
    {
        int place = body.Length == 0 ? 0 : edit.Place % body.Length;
        return (edit.Kind, body.Length) switch
        {
            (0, > 0) => [.. body[..place], edit.Value, .. body[(place + 1)..]],
            (1, > 0) => [.. body[..place], .. body[(place + 1)..]],
            (2, > 0) => body[..place],
            _ => [.. body[..place], edit.Value, .. body[place..]],
        };
    }
}
