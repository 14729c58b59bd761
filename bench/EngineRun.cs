using System.Text;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Computation;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Graph;
using AeServerless.Engine.IO;
using AeServerless.Engine.Planning;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Runtime;
using AeServerless.Engine.Sources;
using AeServerless.Engine.Tensors;
using AeServerless.Engine.Transformers;

namespace AeServerless.Bench;

/// <summary>The six scalars by this engine, from the plain activations and gradients alone.</summary>
internal sealed class EngineRun : IDisposable
{
    public const string RecipeText =
        """
        { "schema": "ae-serverless/recipe/1",
          "autoencoders": [ { "nodeType": "mlp_autoencoder_latent", "input": "mlp_post_act", "path": "autoencoders/bench/{layer}.safetensors" } ],
          "derivedScalars": [ "mlp_autoencoder_latent", "mlp_autoencoder_write_norm", "online_mlp_autoencoder_write_to_final_residual_grad",
            "online_mlp_autoencoder_act_times_grad", "online_mlp_autoencoder_error_write_norm",
            "online_mlp_autoencoder_error_write_to_final_residual_grad" ] }
        """;

    private readonly PlanWeights _weights;
    private readonly ChunkComputation _computation;
    private readonly MemoryRows _rows;

    private EngineRun(Workload workload, DerivationPlan plan, PlanWeights weights, EngineContext engine)
    {
        (Plan, _weights) = (plan, weights);
        _computation = new ChunkComputation(plan, weights, engine);
        _rows = new MemoryRows(new Dictionary<string, float[]>
        {
            ["mlp.post_act/forward/0"] = workload.Inputs,
            ["resid.post_mlp/backward/0"] = workload.FinalGradients,
        });
    }

    public DerivationPlan Plan { get; }

    public static async Task<EngineRun> CreateAsync(Workload workload, EngineContext engine, CancellationToken cancellationToken)
    {
        var (shape, autoencoder) = (workload.Shape, workload.Autoencoder);
        var key = new AutoencoderKey("mlp_autoencoder_latent", 0);
        var plan = DerivationPlan.Create(Recipe.Parse(Encoding.UTF8.GetBytes(RecipeText), "bench"), new PlanContext
        {
            Dataset = "bench",
            Model = new ModelDimensions(1, Shape.ModelWidth, shape.Input, 12),
            ModelPath = "models/bench/model.safetensors",
            Tensors = new Dictionary<string, RecordedTensor>
            {
                ["mlp.post_act/forward/0"] = new(shape.Input, 4),
                ["resid.post_mlp/backward/0"] = new(Shape.ModelWidth, 4),
            },
            Autoencoders = new Dictionary<AutoencoderKey, AutoencoderHeader>
            {
                [key] = new(autoencoder.Name, shape.Input, shape.Latents, autoencoder.Activation),
            },
        });
        var folder = Directory.CreateTempSubdirectory("ae-bench");
        try
        {
            await WriteWeightsAsync(workload, folder.FullName, cancellationToken);
            var files = new List<FileByteSource>();
            var weights = await PlanWeightsLoader.LoadAsync(plan, (path, _) =>
            {
                files.Add(new FileByteSource(Path.Combine(folder.FullName, Path.GetFileName(path))));
                return Task.FromResult<IByteSource>(files[^1]);
            }, cancellationToken);
            files.ForEach(file => file.Dispose());
            return new EngineRun(workload, plan, weights, engine);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Computes some tokens: the workload's, again and again.</summary>
    public Task RunAsync(IChunkConsumer consumer, int tokens, CancellationToken cancellationToken) =>
        _computation.ComputeAsync(_rows, new ChunkRange(0, 0, tokens, 0, [tokens]), consumer, cancellationToken);

    public void Dispose()
    {
        _computation.Dispose();
        _weights.Dispose();
    }

    /// <summary>Writes the autoencoder, 0.safetensors, and what the plan needs of the model, model.safetensors.</summary>
    public static async Task WriteWeightsAsync(Workload workload, string folder, CancellationToken cancellationToken)
    {
        var (shape, autoencoder) = (workload.Shape, workload.Autoencoder);
        await WriteAsync(Path.Combine(folder, "0.safetensors"), cancellationToken,
            ("pre_bias", [shape.Input], autoencoder.PreBias), (
                "encoder.weight", [shape.Latents, shape.Input], autoencoder.Encoder.Blocks[0]),
            ("latent_bias", [shape.Latents], autoencoder.LatentBias),
            (
                "decoder.weight", [shape.Input, shape.Latents], Transpose(
                    autoencoder.Decoder.Rows(0, shape.Latents), shape.Latents, shape.Input)));
        await WriteAsync(Path.Combine(folder, "model.safetensors"), cancellationToken,
            ("h.0.mlp.c_proj.weight", [shape.Input, Shape.ModelWidth], workload.MlpOut));
    }

    private static async Task WriteAsync(
        string path, CancellationToken cancellationToken, params (string Name, long[] Shape, float[] Values)[] tensors)
    {
        await using var stream = File.Create(path);
        await using var writer = await SafetensorsWriter.CreateAsync(
            stream, [.. tensors.Select(tensor => new TensorSpec(tensor.Name, TensorDtype.F32, tensor.Shape))],
            new Dictionary<string, string> { ["activation"] = "ReLU" }, cancellationToken);
        foreach (var tensor in tensors)
        {
            await writer.WriteAsync(tensor.Values, cancellationToken);
        }

        await writer.CompleteAsync(cancellationToken);
    }

    private static float[] Transpose(float[] values, int rows, int columns)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        return TorchSharp.torch.tensor(values, rows, columns).t().contiguous().data<float>().ToArray();
    }
}
