using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Models.Recording;

/// <summary>Something that reads, and may replace, the value at one site of the forward pass, such as an autoencoder.</summary>
public interface IActivationHook
{
    /// <summary>Where it reads.</summary>
    ActivationSite Site { get; }

    /// <summary>Sites that it records beside those of the model.</summary>
    IReadOnlyList<ActivationSite> AddedSites { get; }

    /// <summary>
    /// Gives the value that the model goes on with. The site itself has been recorded by then. Where <paramref name="value"/> requires
    /// gradients, those of added sites are of the tensors that are handed to <paramref name="record"/>, as far as the result depends on
    /// them.
    /// </summary>
    /// <param name="value"><c>[tokens, width]</c>; not to be changed in place.</param>
    /// <param name="record">Records an added site, <c>[tokens, …]</c>.</param>
    Tensor Apply(Tensor value, Action<ActivationSite, Tensor> record);
}
