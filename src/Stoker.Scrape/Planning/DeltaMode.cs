namespace Stoker.Scrape;

/// <summary>What is done with the values of a scraped profile.</summary>
public enum DeltaMode
{
    /// <summary>They are passed on: the profile is of a moment or of its own span.</summary>
    None,

    /// <summary>They count since the process started; the difference is computed here.</summary>
    Computed,

    /// <summary>The target has computed the difference; they are passed on and marked.</summary>
    FromTarget,
}
