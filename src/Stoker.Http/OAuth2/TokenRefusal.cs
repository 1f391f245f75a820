using System.Globalization;
using System.Net;
using System.Text;

namespace Stoker.Http;

/// <summary>Why a token endpoint gave no token. The texts hold no secret.</summary>
/// <param name="Reason">What happened.</param>
/// <param name="Remedy">The likely cause and what to do about it; empty where there is nothing to say.</param>
/// <param name="IsAboutClient">True where the server did not take who we say we are, which it may if we say it in another way.</param>
internal sealed record TokenRefusal(string Reason, string Remedy, bool IsAboutClient = false)
{
    private const int MaxShown = 200;

    /// <summary>An answer without a token.</summary>
    /// <param name="hide">What may not be shown even where the server repeats it.</param>
    public static TokenRefusal Of(HttpResponseMessage response, TokenAnswer answer, Func<string, string> hide)
    {
        int status = (int)response.StatusCode;
        string type = response.Content.Headers.ContentType?.MediaType ?? "";
        string error = Printable(hide(answer.Error));
        string description = Printable(hide(answer.ErrorDescription));
        string said = error.Length == 0 ? "" : description.Length == 0 ? $", {error}" : $", {error}: {description}";
        if (response.IsSuccessStatusCode && error.Length == 0)
        {
            string what = answer.AccessToken.Length > 0 ? ", but the token holds what no header can carry"
                : type.Length > 0 ? $" without an access_token ({Printable(type)})"
                : " without an access_token";
            return new TokenRefusal($"status {status}{what}", "is token_url the token endpoint?");
        }

        return new TokenRefusal(
            $"status {status}{said}",
            Remedies(response, error),
            response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized);
    }

    /// <summary>Refused with the credentials in the header and in the body: both are told, where they differ.</summary>
    public static TokenRefusal OfBoth(TokenRefusal inHeader, TokenRefusal inBody)
    {
        if (inHeader.Reason == inBody.Reason)
        {
            return inBody;
        }

        // The word for a wrong identifier or secret says more than that one of the two ways is unknown to the server.
        TokenRefusal telling = inHeader.Reason.Contains("invalid_client", StringComparison.Ordinal) ? inHeader : inBody;
        return telling with { Reason = $"{inHeader.Reason}; with the credentials in the body: {inBody.Reason}" };
    }

    private static string Remedies(HttpResponseMessage response, string error) => (error, (int)response.StatusCode) switch
    {
        ("invalid_client", _) => "check client_id and client_secret",
        ("invalid_scope", _) => "check scopes",
        ("unauthorized_client" or "unsupported_grant_type", _) => "the token server must allow this client the grant client_credentials",
        (_, >= 300 and < 400) => response.Headers.Location is { } location
            ? $"token requests follow no redirects: set token_url to the URL that gives tokens; this one leads to {Show(response, location)}"
            : "set token_url to the URL that gives tokens",
        (_, 400) => "check client_id, client_secret, scopes and endpoint_params",
        (_, 401 or 403) => "check client_id and client_secret",
        (_, 404 or 405) => "is token_url the token endpoint?",
        (_, 407) => "the proxy wants credentials: put them into proxy_url of the oauth2 block",
        (_, 429 or >= 500) => "the token server is in trouble; it is asked again and again",
        _ => "check token_url",
    };

    private static string Show(HttpResponseMessage response, Uri location) =>
        Uri.TryCreate(response.RequestMessage!.RequestUri!, location, out Uri? target) ? RedirectRules.Show(target) : "something that is no URL";

    private static string Printable(string text)
    {
        var shown = new StringBuilder();
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (shown.Length >= MaxShown)
            {
                return shown.ToString().Trim() + "...";
            }

            shown.Append(Rune.GetUnicodeCategory(rune)
                is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                ? " "
                : rune.ToString());
        }

        return shown.ToString().Trim();
    }
}
