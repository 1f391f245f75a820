using Stoker.Components.Arguments;
using Stoker.Http;

namespace Stoker.Discovery.Kubernetes;

/// <summary>What the arguments must satisfy together; every breach is reported at the place that the user has to change.</summary>
internal static class KubernetesRules
{
    private const int MaxNamespaceLength = 63;

    private static readonly HttpClientArguments DefaultHttp = new();

    public static void Check(KubernetesArguments arguments, ValidationContext context)
    {
        if (context.IsSet("role") && arguments.Role.Length == 0)
        {
            context.Error("role", $"role must be one of {string.Join(", ", KubernetesRoles.All)}");
        }

        CheckConnection(arguments, context);
        CheckNamespaces(arguments, context);
        CheckAttached(arguments, context);
        CheckSelectors(arguments, context);
    }

    private static void CheckConnection(KubernetesArguments arguments, ValidationContext context)
    {
        bool hasServer = arguments.ApiServer.Length > 0;
        bool hasKubeconfig = arguments.KubeconfigFile.Length > 0;
        if (hasServer && hasKubeconfig)
        {
            context.Error(
                Later("api_server", "kubeconfig_file", context), "api_server and kubeconfig_file cannot be used together: a kubeconfig file names its own server");
        }

        if (hasServer && (!Uri.TryCreate(arguments.ApiServer, UriKind.Absolute, out Uri? url)
            || url.Scheme is not ("http" or "https") || url.Host.Length == 0 || url.Query.Length > 0 || url.Fragment.Length > 0))
        {
            context.Error("api_server", "api_server should be a whole URL with http or https, such as \"https://10.0.0.1:6443\"");
        }

        string? used = HttpClientArguments.Schema.Fields
            .Select(field => field.Name)
            .Where(context.IsSet)
            .OrderBy(name => context.PlaceOf(name).Start)
            .FirstOrDefault();
        if (used is not null && !hasServer && !arguments.Http.Equals(DefaultHttp) && !context.IsBroken("api_server"))
        {
            context.Error(used, hasKubeconfig
                ? $"{used} cannot be used together with kubeconfig_file: the file says how to connect"
                : $"{used} needs api_server: without it the agent connects with its own service account");
        }
    }

    private static void CheckNamespaces(KubernetesArguments arguments, ValidationContext context)
    {
        if (arguments.Namespaces.OwnNamespace && (arguments.ApiServer.Length > 0 || arguments.KubeconfigFile.Length > 0))
        {
            string other = arguments.ApiServer.Length > 0 ? "api_server" : "kubeconfig_file";
            context.Error(
                "namespaces/own_namespace", $"own_namespace cannot be used together with {other}: only inside of the cluster the agent has a namespace");
        }

        foreach (string name in arguments.Namespaces.Names)
        {
            if (name.Length == 0)
            {
                context.Warning("namespaces/names", "an empty name stands for all namespaces; leave the block out if that is meant");
            }
            else if (!IsNamespace(name))
            {
                context.Error(
                    "namespaces/names", $"\"{name}\" is no name of a namespace: lower case letters, digits and hyphens, at most {MaxNamespaceLength} of them");
            }
        }

        if (arguments.Role == KubernetesRoles.Node && (arguments.Namespaces.Names.Count > 0 || arguments.Namespaces.OwnNamespace))
        {
            context.Warning("namespaces", "nodes belong to no namespace: for the role node the block has no effect");
        }
    }

    private static void CheckAttached(KubernetesArguments arguments, ValidationContext context)
    {
        if (arguments.Role.Length == 0)
        {
            return;
        }

        if (arguments.AttachMetadata.Node && !KubernetesRoles.TakesNodeMetadata(arguments.Role))
        {
            context.Warning(
                "attach_metadata/node", $"node metadata is attached for the roles pod, endpoints and endpointslice: for {arguments.Role} it has no effect");
        }

        if (arguments.AttachMetadata.Namespace && !KubernetesRoles.TakesNamespaceMetadata(arguments.Role))
        {
            context.Warning("attach_metadata/namespace", "nodes belong to no namespace: for the role node it has no effect");
        }
    }

    private static void CheckSelectors(KubernetesArguments arguments, ValidationContext context)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < arguments.Selectors.Count; i++)
        {
            SelectorArguments selector = arguments.Selectors[i];
            string place = $"selectors[{i}]";
            if (selector.Role.Length == 0)
            {
                context.Error($"{place}/role", $"role must be one of {string.Join(", ", KubernetesRoles.All)}");
            }
            else if (!seen.Add(selector.Role))
            {
                context.Error(
                    $"{place}/role", $"there is a selector for the role {selector.Role} already; join the two with a comma, which means \"and\"");
            }
            else if (arguments.Role.Length > 0)
            {
                CheckRole(arguments, selector.Role, place, context);
            }

            if (SelectorSyntax.CheckLabel(selector.Label) is { } labelMistake)
            {
                context.Error($"{place}/label", $"this is no label selector: {labelMistake}");
            }

            if (SelectorSyntax.CheckField(selector.Field) is { } fieldMistake)
            {
                context.Error($"{place}/field", $"this is no field selector: {fieldMistake}");
            }
            else if (SelectorSyntax.FindEmptyNodeName(selector.Field))
            {
                context.Warning(
                    $"{place}/field", "spec.nodeName is compared with nothing, which finds only pods that are on no node: is the environment variable with the node's name set?");
            }
        }
    }

    private static void CheckRole(KubernetesArguments arguments, string role, string place, ValidationContext context)
    {
        IReadOnlyList<string> watched = KubernetesRoles.WatchedBy(arguments.Role);
        bool takesNode = KubernetesRoles.TakesNodeMetadata(arguments.Role);
        if (watched.Contains(role) || (role == KubernetesRoles.Node && takesNode && arguments.AttachMetadata.Node))
        {
            return;
        }

        context.Error($"{place}/role", role == KubernetesRoles.Node && takesNode
            ? $"the role {arguments.Role} takes node selectors only with attach_metadata {{ node = true }}"
            : $"the role {arguments.Role} takes selectors for {string.Join(", ", watched)} only");
    }

    private static bool IsNamespace(string name) =>
        name.Length <= MaxNamespaceLength && name[0] != '-' && name[^1] != '-'
        && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');

    // The later one of the two is the one to take out.
    private static string Later(string first, string second, ValidationContext context) =>
        context.PlaceOf(first).Start > context.PlaceOf(second).Start ? first : second;
}
