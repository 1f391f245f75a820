using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Stoker.Web;

/// <summary>A field of which one of the values is wanted.</summary>
internal sealed record DebugFilter(string Field, HashSet<string> Values);

/// <summary>Which part of a component's debug information a request asks for. Immutable.</summary>
internal sealed record DebugQuery
{
    private const int UsualLimit = 100;
    private const int LargestLimit = 10_000;

    // What is sorted is held up to the end of the page.
    private const long LargestSortedOffset = 100_000;
    private const int MaxFilters = 32;
    private const int MaxCharacters = 1000;

    private static readonly string[] Parameters = ["arguments", "filter", "limit", "offset", "search", "sort"];

    public long Offset { get; private init; }

    public int Limit { get; private init; } = UsualLimit;

    /// <summary>The field to sort by; empty for the order in which the component tells.</summary>
    public string Sort { get; private init; } = "";

    public bool IsDescending { get; private init; }

    /// <summary>All of them must hold.</summary>
    public IReadOnlyList<DebugFilter> Filters { get; private init; } = [];

    public string Search { get; private init; } = "";

    /// <summary>False where an item need not be looked into to tell whether and where it stands on the page.</summary>
    public bool LooksInside => Filters.Count > 0 || Search.Length > 0 || Sort.Length > 0;

    /// <summary>True where the component's arguments and exports are wanted too.</summary>
    public bool WithArguments { get; private init; }

    /// <summary>Whether an item with these fields is wanted; they are not looked at where everything is.</summary>
    public bool Matches(DebugFields fields)
    {
        foreach (DebugFilter filter in Filters)
        {
            if (!fields.Matches(filter))
            {
                return false;
            }
        }

        return Search.Length == 0 || fields.Contains(Search);
    }

    /// <summary>Reads the parameters of a request; the result is null where it has none.</summary>
    /// <param name="mistake">What is wrong and what is allowed.</param>
    public static bool TryParse(IQueryCollection parameters, out DebugQuery? query, out string mistake)
    {
        query = null;
        mistake = FindMisuse(parameters);
        if (mistake.Length > 0 || parameters.Count == 0)
        {
            return mistake.Length == 0;
        }

        string sort = parameters["sort"].ToString();
        bool isDescending = sort.StartsWith('-');
        sort = isDescending ? sort[1..] : sort;
        string arguments = Single(parameters, "arguments", "false");
        if (!TryReadNumber(parameters, "limit", UsualLimit, LargestLimit, out long limit, out mistake)
            || !TryReadNumber(parameters, "offset", 0, sort.Length > 0 ? LargestSortedOffset : long.MaxValue, out long offset, out mistake)
            || !TryReadFilters(parameters["filter"], out List<DebugFilter> filters, out mistake))
        {
            return false;
        }

        if (arguments is not ("true" or "false"))
        {
            mistake = $"arguments should be true or false, got \"{arguments}\"";
        }
        else if (sort.Length == 0 && parameters.ContainsKey("sort"))
        {
            mistake = "sort should be the name of a field, such as sort=last_scrape_duration, or with a minus for the largest first";
        }

        query = new DebugQuery
        {
            Offset = offset,
            Limit = (int)limit,
            Sort = sort,
            IsDescending = isDescending,
            Filters = filters,
            Search = parameters["search"].ToString(),
            WithArguments = arguments == "true",
        };
        return mistake.Length == 0;
    }

    private static string FindMisuse(IQueryCollection parameters)
    {
        foreach ((string name, StringValues values) in parameters)
        {
            // Not by the name alone, because the collection does not tell capitals from small letters.
            if (!Parameters.Contains(name))
            {
                return $"there is no parameter \"{name}\"; there are {string.Join(", ", Parameters)}";
            }

            if (name != "filter" && values.Count > 1)
            {
                return $"{name} stands there {values.Count} times; only filter may be repeated";
            }

            if (values.Any(value => value!.Length > MaxCharacters))
            {
                return $"{name} should have at most {MaxCharacters} characters";
            }
        }

        return "";
    }

    private static string Single(IQueryCollection parameters, string name, string absent) =>
        parameters.TryGetValue(name, out StringValues value) ? value.ToString() : absent;

    private static bool TryReadNumber(
        IQueryCollection parameters, string name, long absent, long largest, out long number, out string mistake)
    {
        mistake = "";
        number = absent;
        if (!parameters.TryGetValue(name, out StringValues text)
            || (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= largest))
        {
            return true;
        }

        string range = largest == long.MaxValue ? "of at least 0" : $"from 0 to {largest}";
        mistake = $"{name} should be a whole number {range}{(largest == LargestSortedOffset ? " where there is a sort" : "")}, got \"{text}\"";
        return false;
    }

    private static bool TryReadFilters(StringValues texts, out List<DebugFilter> filters, out string mistake)
    {
        mistake = "";
        filters = [];
        if (texts.Count > MaxFilters)
        {
            mistake = $"there should be at most {MaxFilters} filters, got {texts.Count}";
            return false;
        }

        foreach (string? text in texts)
        {
            int colon = text!.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
            {
                mistake = $"filter should be field:value, such as filter=health:down or filter=delivered_labels.service_name:shop, got \"{text}\"";
                return false;
            }

            string field = text[..colon];
            if (filters.Find(filter => filter.Field == field) is not { } known)
            {
                filters.Add(known = new DebugFilter(field, new HashSet<string>(StringComparer.Ordinal)));
            }

            known.Values.Add(text[(colon + 1)..]);
        }

        return true;
    }
}
