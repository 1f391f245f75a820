using System.Text;
using Stoker.Labels;

namespace Stoker.Scrape;

/// <summary>The limits on the labels that are delivered. Immutable.</summary>
internal sealed class LabelLimits(ScrapeArguments arguments)
{
    /// <summary>Pyroscope's default of <c>-validation.max-label-names-per-series</c>.</summary>
    public const int UsualMaximum = 30;

    // What a message shows of a name; a name can be as long as the file that it comes from.
    private const int ShownCharacters = 100;

    private readonly bool _isOff = arguments is { LabelLimit: 0, LabelNameLengthLimit: 0, LabelValueLengthLimit: 0 };

    /// <summary>The first of the scrapes with more labels than Pyroscope takes unless it is told otherwise; null where there is none.</summary>
    public static PlannedScrape? FindCrowded(IReadOnlyList<PlannedScrape> scrapes) =>
        scrapes.FirstOrDefault(scrape => scrape.Labels.Count > UsualMaximum);

    public static string DescribeCrowded(PlannedScrape scrape) =>
        $"{scrape.Labels.Count} labels would be delivered for \"{scrape.ProfileType}\", and Pyroscope refuses profiles with more than "
        + $"{UsualMaximum} unless its max_label_names_per_series was raised; remove labels by relabeling";

    /// <summary>Which limit the labels are over; null where they keep all of them.</summary>
    public string? Check(LabelSet labels)
    {
        if (_isOff)
        {
            return null;
        }

        if (IsOver(labels.Count, arguments.LabelLimit))
        {
            return $"{labels.Count} labels would be delivered for \"{labels["__name__"]}\", and label_limit is {arguments.LabelLimit}; remove labels by relabeling or raise label_limit";
        }

        foreach (Label label in labels)
        {
            int nameBytes = Encoding.UTF8.GetByteCount(label.Name);
            if (IsOver(nameBytes, arguments.LabelNameLengthLimit))
            {
                return $"the name of the label \"{Shown(label.Name)}\" is {nameBytes} bytes long, and label_name_length_limit is "
                    + $"{arguments.LabelNameLengthLimit}; rename the label by relabeling or raise label_name_length_limit";
            }

            int valueBytes = Encoding.UTF8.GetByteCount(label.Value);
            if (IsOver(valueBytes, arguments.LabelValueLengthLimit))
            {
                return $"the value of the label \"{Shown(label.Name)}\" is {valueBytes} bytes long, and label_value_length_limit is "
                    + $"{arguments.LabelValueLengthLimit}; shorten or remove the label by relabeling, or raise label_value_length_limit";
            }
        }

        return null;
    }

    private static bool IsOver(int size, long limit) => limit > 0 && size > limit;

    private static string Shown(string name) => name.Length <= ShownCharacters ? name : $"{name[..ShownCharacters]}...";
}
