namespace Stoker.Syntax.Tests;

public sealed class SecretMaskTests
{
    [Theory]
    [InlineData("bearer_token = \"s3cr3t\"", "bearer_token = \"******\"")]
    [InlineData("\tpassword=\"a\\\"b\" // \"c\"", "\tpassword=\"****\" // \"*\"")]
    [InlineData("  password = \"never closed", "  password = \"************")]
    [InlineData("key_pem = `-----BEGIN", "key_pem = `**********")]
    [InlineData("headers = {\"X-Scope-OrgID\" = \"t\", \"Authorization\" = \"Bearer x\"}", "headers = {\"*************\" = \"*\", \"*************\" = \"********\"}")]
    [InlineData("\t\"Authorization\" = \"Bearer x\",", "\t\"Authorization\" = \"********\",")]
    [InlineData("http_headers = {\"X-Key\" = [\"a\", \"b\"]}", "http_headers = {\"*****\" = [\"*\", \"*\"]}")]
    [InlineData("proxy_url = \"http://user:pass@proxy:3128\"", "proxy_url = \"http://*********@proxy:3128\"")]
    [InlineData("MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7", "****************************************************")]
    [InlineData("password = 'hunter2' + \"x\"", "password = '*******' + \"*\"")]
    [InlineData("  password: \"hunter2\",", "  password: **********")]
    [InlineData("passwrd = \"hunter2\"", "passwrd = \"*******\"")]
    [InlineData("pasword = \"hunter2\"", "pasword = \"*******\"")]
    [InlineData("bearer_tokn = \"hunter2\"", "bearer_tokn = \"*******\"")]
    [InlineData("creds = \"hunter2\"", "creds = \"*******\"")]
    [InlineData("  bearer_token: hunter2", "  bearer_token: *******")]
    [InlineData("{\"basic_auth\": {\"password\": \"hunter2\"}}", "{\"basic_auth\": {\"password\": ***********")]
    public void Print_LineWithASecret_HidesItAndKeepsItsLength(string line, string shown)
    {
        Assert.Equal(shown.Replace("\t", "    "), ShownBeside(line));
        Assert.Equal(line.Length, shown.Length);
    }

    [Theory]
    [InlineData("bearer_token_file = \"/run/token\"")]
    [InlineData("password_file = \"/run/password\"")]
    [InlineData("token_url = \"https://idp/token\"")]
    [InlineData("url = \"http://pyroscope:4040\"")]
    [InlineData("bearer_token = sys.env(NAME)")]
    [InlineData("scrape_interval = \"15s\"")]
    [InlineData("password_file: /run/password")]
    [InlineData("basic_auth:")]
    [InlineData("targets = [{\"__address__\" = \"token-service:6060\"}]")]
    [InlineData("url = \"https://token://\"")]
    public void Print_LineWithoutASecret_IsShownAsItStands(string line) => Assert.Equal(line, ShownBeside(line));

    /// <summary>The line as an excerpt shows it above the line with the mistake.</summary>
    private static string ShownBeside(string line)
    {
        var file = SourceFile.FromText("t", line + "\nx\n");
        int place = file.GetLineStart(2);
        using var output = new StringWriter();
        DiagnosticPrinter.Print([new Diagnostic(DiagnosticSeverity.Error, new SourceSpan(file, place, place + 1), "m")], output, color: false);
        return output.ToString().Split('\n').Single(shown => shown.StartsWith("1 | ", StringComparison.Ordinal))["1 | ".Length..];
    }
}
