namespace AeServerless.Engine.Datasets;

/// <summary>The parts of a recorded tensor's name, <c>{location}/{forward|backward}/{layer|none}</c>.</summary>
/// <param name="Location">One of <see cref="ActivationLocation.All"/>.</param>
/// <param name="Pass">The pass that it was recorded on.</param>
/// <param name="Layer">The layer; null where the location has none.</param>
public readonly record struct TensorName(string Location, PassType Pass, int? Layer)
{
    /// <summary>The name as it stands in a shard.</summary>
    public override string ToString() => TensorNames.Format(Location, Pass, Layer);
}
