namespace AeServerless.Formats.Definitions;

/// <summary>A place in a model.</summary>
/// <param name="Hook">As the file says it: <c>blocks.4.hook_resid_post</c>, <c>model.layers.4.output</c>.</param>
/// <param name="Location">This project's name for it, such as <c>resid.post_mlp</c>; null for a place that is not recorded.</param>
/// <param name="Layer">The layer of <paramref name="Location"/>; null where there is none or nobody says.</param>
public sealed record Place(string Hook, string? Location, int? Layer)
{
    /// <summary>As messages say it: <c>resid.post_mlp of layer 4 (blocks.4.hook_resid_post)</c>.</summary>
    public override string ToString() => (Location, Layer) switch
    {
        (null, _) => Hook,
        (_, null) => $"{Location} ({Hook})",
        _ => $"{Location} of layer {Layer} ({Hook})",
    };
}
