using Stoker.Discovery.Kubernetes;

namespace Stoker.Discovery.Tests.Kubernetes;

public sealed class KubernetesArgumentsTests
{
    [Theory]
    [InlineData("role = \"pod\"")]
    [InlineData("role = \"pod\"\napi_server = \"https://10.0.0.1:6443\"\nbearer_token_file = \"/t\"\ntls_config {\n ca_file = \"/ca\"\n}")]
    [InlineData("role = \"pod\"\napi_server = \"https://rancher.example/k8s/clusters/c-1\"")]
    [InlineData("role = \"pod\"\nkubeconfig_file = \"/etc/kube\"")]
    [InlineData("role = \"pod\"\nfollow_redirects = true")]
    [InlineData("role = \"pod\"\nnamespaces {\n own_namespace = true\n names = [\"shop\"]\n}")]
    [InlineData("role = \"endpoints\"\nselectors {\n role = \"pod\"\n label = \"a=b\"\n}\nselectors {\n role = \"service\"\n}\nselectors {\n role = \"endpoints\"\n}")]
    [InlineData("role = \"endpointslice\"\nselectors {\n role = \"endpointslice\"\n}\nattach_metadata {\n node = true\n namespace = true\n}\nselectors {\n role = \"node\"\n}")]
    public void Read_ArgumentsOfARealFile_HasNoMistake(string body)
    {
        (KubernetesArguments? arguments, IReadOnlyList<string> diagnostics) = Watching.Read(body);

        Assert.Empty(diagnostics);
        Assert.NotNull(arguments);
    }

    [Theory]
    [InlineData("", "Error 1:1: missing required attribute \"role\"")]
    [InlineData("role = \"pods\"", "Error 1:8: \"pods\" should be one of \"node\", \"pod\", \"service\", \"endpoints\", \"endpointslice\", \"ingress\"; did you mean \"pod\"?")]
    [InlineData("role = null", "Error 1:1: role must be one of node, pod, service, endpoints, endpointslice, ingress")]
    [InlineData("role = \"pod\"\napi_server = \"10.0.0.1:6443\"", "Error 2:1: api_server should be a whole URL with http or https, such as \"https://10.0.0.1:6443\"")]
    [InlineData(
        "role = \"pod\"\nkubeconfig_file = \"/k\"\napi_server = \"https://a\"",
        "Error 3:1: api_server and kubeconfig_file cannot be used together: a kubeconfig file names its own server")]
    [InlineData("role = \"pod\"\nbearer_token = \"x\"", "Error 2:1: bearer_token needs api_server: without it the agent connects with its own service account")]
    [InlineData(
        "role = \"pod\"\nkubeconfig_file = \"/k\"\ntls_config {\n insecure_skip_verify = true\n}",
        "Error 3:1: tls_config cannot be used together with kubeconfig_file: the file says how to connect")]
    [InlineData(
        "role = \"pod\"\napi_server = \"https://a\"\nbearer_token = \"x\"\nbasic_auth {\n}",
        "Error 4:1: basic_auth cannot be used together with bearer_token: at most one of authorization, basic_auth, bearer_token, bearer_token_file and oauth2 can be provided")]
    [InlineData(
        "role = \"pod\"\napi_server = \"https://a\"\nnamespaces {\n own_namespace = true\n}",
        "Error 4:2: own_namespace cannot be used together with api_server: only inside of the cluster the agent has a namespace")]
    [InlineData(
        "role = \"pod\"\nnamespaces {\n names = [\"Shop\"]\n}",
        "Error 3:2: \"Shop\" is no name of a namespace: lower case letters, digits and hyphens, at most 63 of them")]
    [InlineData("role = \"pod\"\nnamespaces {\n names = [\"a/../b\"]\n}", "Error 3:2: \"a/../b\" is no name of a namespace: lower case letters, digits and hyphens, at most 63 of them")]
    [InlineData("role = \"pod\"\nnamespaces {\n names = [\"\"]\n}", "Warning 3:2: an empty name stands for all namespaces; leave the block out if that is meant")]
    [InlineData("role = \"node\"\nnamespaces {\n names = [\"a\"]\n}", "Warning 2:1: nodes belong to no namespace: for the role node the block has no effect")]
    [InlineData("role = \"service\"\nattach_metadata {\n node = true\n}", "Warning 3:2: node metadata is attached for the roles pod, endpoints and endpointslice: for service it has no effect")]
    [InlineData("role = \"pod\"\nselectors {\n role = \"service\"\n}", "Error 3:2: the role pod takes selectors for pod only")]
    [InlineData("role = \"pod\"\nselectors {\n role = \"node\"\n}", "Error 3:2: the role pod takes node selectors only with attach_metadata { node = true }")]
    [InlineData("role = \"endpoints\"\nselectors {\n role = \"endpointslice\"\n}", "Error 3:2: the role endpoints takes selectors for endpoints, pod, service only")]
    [InlineData(
        "role = \"pod\"\nselectors {\n role = \"pod\"\n}\nselectors {\n role = \"pod\"\n}",
        "Error 6:2: there is a selector for the role pod already; join the two with a comma, which means \"and\"")]
    [InlineData("role = \"pod\"\nselectors {\n role = \"pod\"\n label = \"app in web\"\n}", "Error 4:2: this is no label selector: the values of \"app\" should stand in parentheses")]
    [InlineData(
        "role = \"pod\"\nselectors {\n role = \"pod\"\n field = \"spec.nodeName\"\n}",
        "Error 4:2: this is no field selector: \"spec.nodeName\" should be a field, = or != and a value")]
    [InlineData(
        "role = \"pod\"\nselectors {\n role = \"pod\"\n field = \"spec.nodeName=\" + sys.env(\"HOSTNAME\")\n}",
        "Warning 4:2: spec.nodeName is compared with nothing, which finds only pods that are on no node: is the environment variable with the node's name set?")]
    public void Read_WrongArguments_SaysWhatAndWhere(string body, string expected)
    {
        (_, IReadOnlyList<string> diagnostics) = Watching.Read(body);

        Assert.Equal([expected], diagnostics);
    }

    [Fact]
    public void Read_SeveralMistakes_SaysThemAll()
    {
        (_, IReadOnlyList<string> diagnostics) = Watching.Read(
            "role = \"pod\"\nbearer_token = \"x\"\nnamespaces {\n names = [\"-\"]\n}\nselectors {\n role = \"node\"\n label = \"=\"\n field = \"=\"\n}");

        Assert.Equal(5, diagnostics.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("app")]
    [InlineData("!app")]
    [InlineData("app=web,tier!=cache, env == prod")]
    [InlineData("app.kubernetes.io/name = web")]
    [InlineData("app=")]
    [InlineData("env in (a, b,c),tier notin ( x ),!gone")]
    [InlineData("n > 3,m<-4")]
    public void CheckLabel_RightSelectors_AreRight(string selector) => Assert.Null(SelectorSyntax.CheckLabel(selector));

    [Theory]
    [InlineData("=")]
    [InlineData(",")]
    [InlineData("a,")]
    [InlineData("a=b c")]
    [InlineData("a=b=c")]
    [InlineData("a ~ b")]
    [InlineData("a in (b")]
    [InlineData("a in b)")]
    [InlineData("a in (b;c)")]
    [InlineData("a > x")]
    [InlineData("-a")]
    [InlineData("a_=b")]
    [InlineData("Ä=b")]
    [InlineData("/a")]
    [InlineData("x/")]
    [InlineData("a/b/c")]
    [InlineData("a=b_")]
    [InlineData("a!b")]
    [InlineData("a123456789012345678901234567890123456789012345678901234567890123=b")]
    public void CheckLabel_WrongSelectors_AreWrong(string selector) => Assert.NotNull(SelectorSyntax.CheckLabel(selector));

    [Theory]
    [InlineData("")]
    [InlineData("spec.nodeName=a")]
    [InlineData("status.phase!=Running,metadata.namespace==default,")]
    [InlineData(@"metadata.name=a\,b\=c\\")]
    [InlineData("spec.nodeName=")]
    public void CheckField_RightSelectors_AreRight(string selector) => Assert.Null(SelectorSyntax.CheckField(selector));

    [Theory]
    [InlineData("a")]
    [InlineData("=a")]
    [InlineData("!=a")]
    [InlineData("a=b=c")]
    [InlineData(@"a=b\c")]
    [InlineData(@"a=b\")]
    [InlineData("a=b,c")]
    public void CheckField_WrongSelectors_AreWrong(string selector) => Assert.NotNull(SelectorSyntax.CheckField(selector));
}
