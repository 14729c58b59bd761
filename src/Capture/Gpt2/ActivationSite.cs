using AeServerless.Engine.Datasets;

namespace AeServerless.Capture.Gpt2;

/// <summary>A location in one layer of a model.</summary>
/// <param name="Location">One of <see cref="ActivationLocation.All"/>.</param>
/// <param name="Layer">The layer; null where the location has none.</param>
public readonly record struct ActivationSite(string Location, int? Layer);
