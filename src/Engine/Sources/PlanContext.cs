using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Graph;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Transformers;

namespace AeServerless.Engine.Sources;

/// <summary>What a plan has to know of a dataset, its model and the recipe's autoencoders; headers only, no weights.</summary>
public sealed record PlanContext
{
    /// <summary>What the dataset is called in errors.</summary>
    public required string Dataset { get; init; }

    /// <summary>Sizes of the model.</summary>
    public required ModelDimensions Model { get; init; }

    /// <summary>Path of the model's weights, container first; <see langword="null"/> where there are none to read.</summary>
    public string? ModelPath { get; init; }

    /// <summary>The model that is run where a dataset has tokens alone; <see langword="null"/> where it has activations.</summary>
    public RunnableModel? Runnable { get; init; }

    /// <summary>The tensors that every shard has, or that the model is run for, by name, e.g. <c>resid.post_mlp/backward/3</c>.</summary>
    public required IReadOnlyDictionary<string, RecordedTensor> Tensors { get; init; }

    /// <summary>The autoencoders that exist.</summary>
    public required IReadOnlyDictionary<AutoencoderKey, AutoencoderHeader> Autoencoders { get; init; }

    /// <summary>Paths of the files that an autoencoder of a recipe is read from, container first.</summary>
    internal IReadOnlyList<string> FilesOf(Recipe recipe, AutoencoderKey key) => Autoencoders[key].Files is { Count: > 0 } files
        ? files
        : [recipe.Autoencoder(key.Name).PathOf(key.Layer)];

    /// <summary>
    /// What the backward tensors are gradients of; <see langword="null"/> where the dataset doesn't say: then it is what the recipe asks
    /// for.
    /// </summary>
    public BackwardPass? Backward { get; init; }
}
