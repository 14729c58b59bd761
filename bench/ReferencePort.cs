using TorchSharp;
using static TorchSharp.torch;

namespace AeServerless.Bench;

/// <summary>
/// The six scalars as the reference computes them, a batch at a time: dense, each encoding anew, the online ones from recorded dense
/// tensors. All outputs and intermediates are kept between batches, so that page faults don't slow it.
/// </summary>
internal sealed class ReferencePort : IDisposable
{
    public const int BatchTokens = 1024;

    private readonly DisposeScope _scope;
    private readonly Workload _workload;
    private readonly Tensor _encoderT;
    private readonly Tensor _bias;
    private readonly Tensor _writeT; // [model, latents]
    private readonly Tensor _writeNorms;
    private readonly Tensor _mlpOutT; // [model, input]
    private readonly Tensor _mlpOutNorms;
    private readonly Tensor _gradient; // of the neurons

    public ReferencePort(Workload workload)
    {
        _scope = NewDisposeScope();
        _workload = workload;
        var (shape, autoencoder) = (workload.Shape, workload.Autoencoder);
        var directions = tensor(workload.Directions, shape.Latents, shape.Input);
        var mlpOut = tensor(workload.MlpOut, shape.Input, Shape.ModelWidth);
        var write = directions.matmul(mlpOut);
        (_encoderT, _bias) = (directions.t(), tensor(autoencoder.LatentBias));
        (_writeT, _writeNorms) = (write.t(), write.norm(1));
        (_mlpOutT, _mlpOutNorms) = (mlpOut.t(), mlpOut.norm(1));
        var latents = Enumerable.Range(0, 4).Select(_ => empty(BatchTokens, shape.Latents));
        Outputs = [.. latents, empty(BatchTokens, shape.Input), empty(BatchTokens, shape.Input)];
        _gradient = empty(BatchTokens, shape.Input);
        Inputs = tensor(workload.Inputs, workload.Tokens, shape.Input).narrow(0, 0, BatchTokens);
        FinalGradients = tensor(workload.FinalGradients, workload.Tokens, Shape.ModelWidth).narrow(0, 0, BatchTokens);
        Latents = Inputs.matmul(_encoderT).add_(_bias).relu_();
        LatentGradients = FinalGradients.matmul(_writeT);
        Errors = Inputs - Latents.matmul(directions);
    }

    /// <summary>
    /// Latent, write norm, write to final residual gradient, act times grad, error write norm, error write to final residual gradient.
    /// </summary>
    public Tensor[] Outputs { get; }

    /// <summary>
    /// Bytes of recorded values that a token needs, where all scalars share a tensor's: latents, their gradients, inputs, errors,
    /// gradients.
    /// </summary>
    public long BytesPerToken => 4L * ((2 * _workload.Shape.Latents) + (2 * _workload.Shape.Input) + Shape.ModelWidth);

    /// <summary>
    /// The same where each scalar reads its own: latents for two and their gradients for one, inputs and errors for two each, gradients for
    /// two.
    /// </summary>
    public long BytesPerTokenApart => 4L * ((3 * _workload.Shape.Latents) + (4 * _workload.Shape.Input) + (2 * Shape.ModelWidth));

    private Tensor Inputs { get; }

    private Tensor FinalGradients { get; }

    private Tensor Latents { get; }

    private Tensor LatentGradients { get; }

    private Tensor Errors { get; }

    /// <summary>Computes one batch.</summary>
    public void Run()
    {
        using var scope = NewDisposeScope();
        Encode(Outputs[0]);
        Encode(Outputs[1]);
        Outputs[1].mul_(_writeNorms);
        Outputs[2].addmm_(FinalGradients, _writeT, beta: 0, alpha: 1);
        Outputs[2].mul_(Latents);
        Outputs[3].copy_(Latents);
        Outputs[3].mul_(LatentGradients);
        Outputs[4].copy_(Errors);
        Outputs[4].mul_(_mlpOutNorms);
        _gradient.addmm_(FinalGradients, _mlpOutT, beta: 0, alpha: 1);
        Outputs[5].copy_(Errors);
        Outputs[5].mul_(_gradient);
    }

    public void Dispose() => _scope.Dispose();

    private void Encode(Tensor into)
    {
        into.addmm_(Inputs, _encoderT, beta: 0, alpha: 1);
        into.add_(_bias);
        into.relu_();
    }
}
