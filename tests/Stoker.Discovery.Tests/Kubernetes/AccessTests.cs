using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Stoker.Discovery.Kubernetes;
using Stoker.Http;
using Stoker.TestKit;

namespace Stoker.Discovery.Tests.Kubernetes;

/// <summary>How a cluster is reached: from inside, by a kubeconfig, by a plugin.</summary>
public sealed class AccessTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("stoker-kube-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task InCluster_WithItsServiceAccount_FollowsTheRotationOfTokenAndCa()
    {
        using X509Certificate2 first = Certificate();
        using X509Certificate2 second = Certificate();
        X509Certificate2 present = first;
        await using ApiStandIn server = await ApiStandIn.StartAsync(listen => listen.UseHttps(https => https.ServerCertificateSelector = (_, _) => present));
        server.Token = "one";
        server.Cluster.Put("pods", Manifests.Pod("shop", "a", "10.0.0.1"));
        server.Cluster.Put("pods", Manifests.Pod("other", "b", "10.0.0.2"));
        Rotate("1", "one", first);
        await using var watching = Watching.Start("role = \"pod\"\nnamespaces {\n own_namespace = true\n}", surroundings: Inside(server));
        await watching.WaitForTargetsAsync(1);
        Assert.Equal(["pods in the namespace shop"], watching.Store.Read(question => question.Name));

        // As the kubelet does it: a new folder, and the link that all files go through is turned to it.
        server.Token = "two";
        Rotate("2", "two", first);
        server.EndWatches();
        server.Cluster.Put("pods", Manifests.Pod("shop", "c", "10.0.0.3"));
        await watching.WaitForTargetsAsync(2);

        present = second;
        Rotate("3", "two", second);
        server.BreakWatches();
        server.Cluster.Put("pods", Manifests.Pod("shop", "d", "10.0.0.4"));
        await watching.WaitForTargetsAsync(3);
    }

    [Fact]
    public async Task InCluster_WithAnUnknownCa_IsRefused()
    {
        using X509Certificate2 own = Certificate();
        using X509Certificate2 other = Certificate();
        await using ApiStandIn server = await ApiStandIn.StartAsync(listen => listen.UseHttps(own));
        Rotate("1", "one", other);
        await using var watching = Watching.Start("role = \"pod\"", surroundings: Inside(server));

        await watching.WaitForFailureAsync("certificate");
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Nothing_OutsideOfACluster_SaysWhatToSet()
    {
        await using var watching = Watching.Start("role = \"pod\"");

        await watching.WaitForFailureAsync(
            "no API server is named, and the agent does not run in a cluster (KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set): set kubeconfig_file, or api_server");
        await watching.UntilRoundAsync();
    }

    [Fact]
    public async Task OwnNamespace_ThatIsNotKnownYet_IsAskedForAgain()
    {
        var time = new ManualTimeProvider();
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        await using var watching = Watching.Start("role = \"pod\"\nnamespaces {\n own_namespace = true\n}", time, Inside(server));

        await watching.WaitForFailureAsync("the file with the agent's namespace");
        await Watching.Bounded(time.WaitForTimersAsync(1));
        using X509Certificate2 certificate = Certificate();
        Rotate("1", "t", certificate);
        time.Advance(WatchBackoff.Longest);

        // The namespace is known now; that the stand-in speaks no TLS is another matter.
        await watching.UntilAsync(() => watching.Store.Read(question => question.Name).SequenceEqual(["pods in the namespace shop"]));
    }

    [Fact]
    public async Task Restart_WhereTheOwnNamespaceIsNotKnownAtFirst_LosesNoTargetOfTheOthers()
    {
        using X509Certificate2 certificate = Certificate();
        await using ApiStandIn server = await ApiStandIn.StartAsync(listen => listen.UseHttps(certificate));
        server.Cluster.Put("pods", Manifests.Pod("shop", "a", "10.0.0.1"));
        server.Cluster.Put("pods", Manifests.Pod("bank", "b", "10.0.0.2"));
        Rotate("1", "t", certificate);
        await using var watching = Watching.Start("role = \"pod\"\nnamespaces {\n names = [\"shop\", \"bank\"]\n}", surroundings: Inside(server));
        await watching.WaitForTargetsAsync(2);
        var bank = new TaskCompletionSource();
        server.BeforeList = request => request.Path.Contains("/bank/", StringComparison.Ordinal) ? bank.Task : Task.CompletedTask;
        string file = Path.Combine(_folder.FullName, "account", "..1", "namespace");
        File.Delete(file);

        await watching.RestartAsync("role = \"pod\"\nnamespaces {\n own_namespace = true\n names = [\"bank\"]\n}", Inside(server));
        await watching.UntilRoundAsync();
        server.Cluster.Put("pods", Manifests.Pod("shop", "c", "10.0.0.3"));
        await File.WriteAllTextAsync(file, "shop", TestContext.Current.CancellationToken);
        await watching.UntilAsync(() => watching.Addresses.Contains("10.0.0.3:8080"));

        Assert.Contains("10.0.0.2:8080", watching.Addresses);
        bank.SetResult();
        await watching.WaitForAddressesAsync("10.0.0.1:8080", "10.0.0.2:8080", "10.0.0.3:8080");
    }

    [Fact]
    public async Task Kubeconfig_ThatChanges_IsReadAnew()
    {
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        server.Token = "one";
        server.Cluster.Put("pods", Manifests.Pod("shop", "a", "10.0.0.1"));
        string path = Write("config", Kubeconfig(server.Url, "token: one"));
        await using var watching = Watching.Start($"role = \"pod\"\nkubeconfig_file = \"{path}\"");
        await watching.WaitForTargetsAsync(1);

        server.Token = "two";
        Write("config", Kubeconfig(server.Url, "token: two"));
        server.EndWatches();
        server.Cluster.Put("pods", Manifests.Pod("shop", "b", "10.0.0.2"));

        await watching.WaitForTargetsAsync(2);
    }

    [Fact]
    public void Kubeconfig_WithEverything_BecomesTheClientsArguments()
    {
        using X509Certificate2 certificate = Certificate();
        string pem = certificate.ExportCertificatePem();
        string data = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(pem));
        string path = Path.Combine(_folder.FullName, "config");
        var config = Discovery.Kubernetes.Kubeconfig.Parse(path, $$"""
            apiVersion: v1
            kind: Config
            current-context: prod
            contexts:
            - name: dev
              context: { cluster: dev, user: dev }
            - name: prod
              context: { cluster: prod, user: admin, namespace: shop }
            clusters:
            - name: prod
              cluster:
                server: https://api.prod.example:6443/base
                certificate-authority-data: {{data}}
                tls-server-name: kubernetes
                proxy-url: http://proxy.example:3128
            users:
            - name: admin
              user:
                client-certificate: certs/admin.crt
                client-key: /abs/admin.key
                tokenFile: token
                as: robot
                as-groups: [a, b]
            """);

        Assert.Equal("https://api.prod.example:6443/base/", config.Settings.Url.ToString());
        HttpClientArguments http = config.Settings.Http;
        Assert.Equal(new TlsArguments { CaPem = pem, ServerName = "kubernetes", CertFile = Path.Combine(_folder.FullName, "certs/admin.crt"), KeyFile = "/abs/admin.key" }, http.Tls);
        Assert.Equal(Path.Combine(_folder.FullName, "token"), http.BearerTokenFile);
        Assert.Equal("http://proxy.example:3128", http.Proxy.ProxyUrl);
        Assert.Equal("robot", http.HttpHeaders["Impersonate-User"][0].Content);
        Assert.Equal(["a", "b"], http.HttpHeaders["Impersonate-Group"].Select(group => group.Content));
    }

    [Theory]
    [InlineData("", "has no current-context")]
    [InlineData("current-context: x", "has no entry \"x\" among its contexts")]
    [InlineData("current-context: x\ncontexts: [{name: x, context: {cluster: c}}]", "has no entry \"c\" among its clusters")]
    [InlineData("current-context: x\ncontexts: [{name: x, context: {cluster: c}}]\nclusters: [{name: c, cluster: {server: nowhere}}]", "no URL with http or https")]
    [InlineData("current-context: x\ncontexts: [{name: x, context: {cluster: c}}]\nclusters: [{name: c, cluster: {server: 'https://a', certificate-authority-data: '***'}}]", "is not base64")]
    [InlineData(
        "current-context: x\ncontexts: [{name: x, context: {cluster: c, user: u}}]\nclusters: [{name: c, cluster: {server: 'https://a'}}]\nusers: [{name: u, user: {auth-provider: {name: gcp}}}]",
        "uses the auth-provider \"gcp\"")]
    [InlineData(
        "current-context: x\ncontexts: [{name: x, context: {cluster: c, user: u}}]\nclusters: [{name: c, cluster: {server: 'https://a'}}]\nusers: [{name: u, user: {exec: {apiVersion: v9, command: x}}}]",
        "exec plugin of the API version \"v9\"")]
    [InlineData("a: &a [x, x]\nb: *a", "has an alias at line 2")]
    [InlineData("a: [", "is no YAML")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", "is nested too deeply")]
    public void Kubeconfig_ThatCannotBeUsed_SaysWhy(string text, string reason)
    {
        var failure = Assert.Throws<HttpRequestException>(() => Discovery.Kubernetes.Kubeconfig.Parse("/k", text));

        Assert.StartsWith("kubeconfig_file \"/k\"", failure.Message, StringComparison.Ordinal);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kubeconfig_ThatDoesNotExist_SaysSo()
    {
        await using var watching = Watching.Start("role = \"pod\"\nkubeconfig_file = \"/nonexistent/config\"");

        await watching.WaitForFailureAsync("kubeconfig_file, \"/nonexistent/config\", cannot be read: it does not exist");
    }

    [Fact]
    public async Task ExecPlugin_GivesATokenUntilItExpiresOrIsRefused()
    {
        string count = Path.Combine(_folder.FullName, "count");
        string script = Write("plugin.sh", $$"""
            echo x >> {{count}}
            n=$(wc -l < {{count}})
            printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s-%s-%s","expirationTimestamp":"2026-01-01T01:00:00Z"} }' "$PREFIX" "$1" "$n"
            """);
        string path = Write("config", Kubeconfig("http://127.0.0.1:1", $$"""
            exec:
                    apiVersion: client.authentication.k8s.io/v1
                    command: /bin/sh
                    args: [ "{{script}}", "arg" ]
                    env: [ { name: PREFIX, value: tok } ]
                    provideClusterInfo: true
                    interactiveMode: IfAvailable
            """));
        var time = new ManualTimeProvider();
        var access = new KubeconfigAccess(path, time);

        Assert.Equal("tok-arg-1", await TokenAsync());
        Assert.Equal("tok-arg-1", await TokenAsync());
        ApiServerSettings first = await access.GetAsync(TestContext.Current.CancellationToken);
        access.Refuse(first);
        Assert.Equal("tok-arg-2", await TokenAsync());
        access.Refuse(first);
        Assert.Equal("tok-arg-2", await TokenAsync());
        time.Advance(TimeSpan.FromMinutes(59.6));
        Assert.Equal("tok-arg-3", await TokenAsync());

        async Task<string> TokenAsync() => (await access.GetAsync(TestContext.Current.CancellationToken)).Http.BearerToken.Content;
    }

    [Theory]
    [InlineData("echo no >&2; exit 3", "ended with code 3: no")]
    [InlineData("echo hello", "prints no ExecCredential in JSON")]
    [InlineData("echo '{\"apiVersion\":\"client.authentication.k8s.io/v1beta1\",\"status\":{\"token\":\"t\"}}'", "prints no ExecCredential of client.authentication.k8s.io/v1")]
    [InlineData("echo '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{}}'", "gives neither a token nor a client certificate")]
    [InlineData("head -c 2000000 /dev/zero", "prints more than 1048576 bytes")]
    [InlineData("head -c 2000000 /dev/zero >&2; echo hello", "prints no ExecCredential in JSON")]
    [InlineData("head -c 2000000 /dev/zero >&2; exit 3", "ended with code 3: it says more than 1048576 bytes about it")]
    [InlineData("cat; echo '[]'", "prints no ExecCredential in JSON")]
    public async Task ExecPlugin_ThatFails_SaysWhy(string script, string reason)
    {
        string path = Write("config", Kubeconfig("http://127.0.0.1:1", $$"""
            exec:
                    apiVersion: client.authentication.k8s.io/v1
                    command: /bin/sh
                    args: [ "{{Write("plugin.sh", script)}}" ]
            """));

        var failure = await Assert.ThrowsAsync<HttpRequestException>(
            async () => await new KubeconfigAccess(path, TimeProvider.System).GetAsync(TestContext.Current.CancellationToken));

        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExecPlugin_ThatIsNotInstalled_SaysSo()
    {
        string path = Write("config", Kubeconfig("http://127.0.0.1:1", """
            exec:
                    apiVersion: client.authentication.k8s.io/v1
                    command: aws-iam-authenticator-that-is-not-there
            """));

        var failure = await Assert.ThrowsAsync<HttpRequestException>(
            async () => await new KubeconfigAccess(path, TimeProvider.System).GetAsync(TestContext.Current.CancellationToken));

        Assert.Contains("cannot be started", failure.Message, StringComparison.Ordinal);
    }

    private static string Kubeconfig(string server, string user) => $$"""
        apiVersion: v1
        kind: Config
        current-context: main
        contexts:
          - name: main
            context: { cluster: c, user: u }
        clusters:
          - name: c
            cluster: { server: "{{server}}" }
        users:
          - name: u
            user:
              {{user}}
        """;

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=kubernetes", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2120, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    private KubernetesSurroundings Inside(ApiStandIn server)
    {
        var url = new Uri(server.Url);
        return new KubernetesSurroundings(
            name => name == "KUBERNETES_SERVICE_HOST" ? url.Host : name == "KUBERNETES_SERVICE_PORT" ? $"{url.Port}" : null, Path.Combine(_folder.FullName, "account"));
    }

    private void Rotate(string generation, string token, X509Certificate2 ca)
    {
        string account = Path.Combine(_folder.FullName, "account");
        string next = Path.Combine(account, $"..{generation}");
        Directory.CreateDirectory(next);
        File.WriteAllText(Path.Combine(next, "token"), token);
        File.WriteAllText(Path.Combine(next, "ca.crt"), ca.ExportCertificatePem());
        File.WriteAllText(Path.Combine(next, "namespace"), "shop\n");
        string link = Path.Combine(account, "..data");
        if (Directory.Exists(link))
        {
            Directory.Delete(link);
        }

        Directory.CreateSymbolicLink(link, next);
        foreach (string file in (string[])["token", "ca.crt", "namespace"])
        {
            if (!File.Exists(Path.Combine(account, file)))
            {
                File.CreateSymbolicLink(Path.Combine(account, file), Path.Combine("..data", file));
            }
        }
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
