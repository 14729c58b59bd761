using AeServerless.Models.Configuration;
using AeServerless.Models.Weights;

namespace AeServerless.Models.Families;

/// <summary>A family of models: reads its configurations.</summary>
internal abstract class ModelFamily
{
    /// <summary>The <c>model_type</c> that it reads.</summary>
    public abstract string ModelType { get; }

    /// <summary>Takes from a configuration what the forward pass depends on. The caller refuses keys that this did not ask for.</summary>
    public abstract ModelDescription Read(ConfigReader config);
}
