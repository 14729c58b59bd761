namespace AeServerless.Formats.Golden;

/// <summary>How a folder of golden files of the formats compared.</summary>
/// <param name="Results">Every case, in ordinal order.</param>
public sealed record GoldenFormatsReport(IReadOnlyList<GoldenFormatResult> Results)
{
    /// <summary>Cases that came out as they have to.</summary>
    public int Passed => Results.Count(result => result.Passed);

    /// <summary>Cases that didn't.</summary>
    public IEnumerable<GoldenFormatResult> Failed => Results.Where(result => !result.Passed);

    /// <summary>The case that is furthest from what is expected; null where there are none.</summary>
    public GoldenFormatResult? Worst => Results.MaxBy(result => result.Error);
}
