using AeServerless.Formats.Definitions;

namespace AeServerless.Formats.Reading;

/// <summary>Gives a header its places: what the files say, what the user says in its stead, and what is noted of it.</summary>
internal static class Placing
{
    /// <summary>Places the autoencoder.</summary>
    /// <param name="header">What is placed.</param>
    /// <param name="hints">What the user said; it goes before the files.</param>
    /// <param name="hookIn">The place that the files name for reading.</param>
    /// <param name="hookOut">The place that the files name for writing, where it is another.</param>
    public static AutoencoderHeader Placed(this AutoencoderHeader header, FormatHints hints, string? hookIn, string? hookOut = null)
    {
        var said = hookIn is null ? null : PlaceNames.Parse(hookIn, hints.Layer);
        var place = hints.PlaceIn is { } hint ? PlaceNames.Parse(hint, hints.Layer) : said;
        var outName = hints.PlaceOut ?? (hints.PlaceIn is null || header.Kind != AutoencoderKind.Autoencoder ? hookOut : null);
        var placeOut = outName is null ? place : PlaceNames.Parse(outName, hints.Layer ?? place?.Layer);
        var notes = new List<string>(header.Assumptions);
        if (place is null)
        {
            notes.Add("the files don't say which place it reads; a recipe has to");
        }
        else if (place.Location is null)
        {
            notes.Add($"the place '{place.Hook}' is not one that is recorded; a recipe has to name one");
        }

        if (said is not null && place is not null && (said.Location, said.Layer) != (place.Location, place.Layer))
        {
            notes.Add($"the files say that it reads {said}; it was told to read {place}");
        }

        var kind = header.Kind;
        if (kind == AutoencoderKind.Autoencoder && place is not null && placeOut is not null
            && (place.Location ?? place.Hook, place.Layer) != (placeOut.Location ?? placeOut.Hook, placeOut.Layer))
        {
            kind = header.HasSkip ? AutoencoderKind.SkipTranscoder : AutoencoderKind.Transcoder;
        }

        return header with { In = place, Out = placeOut, Kind = kind, Assumptions = notes };
    }

    public static AutoencoderHeader Assuming(this AutoencoderHeader header, params IEnumerable<string> notes) =>
        header with { Assumptions = [.. header.Assumptions, .. notes] };

    public static AutoencoderHeader Differing(this AutoencoderHeader header, params IEnumerable<string> notes) =>
        header with { Differences = [.. header.Differences, .. notes] };
}
