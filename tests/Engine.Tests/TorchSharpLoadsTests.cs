using TorchSharp;

namespace AeServerless.Engine.Tests;

public sealed class TorchSharpLoadsTests
{
    [Fact]
    public void NativeLibrary_OnThisSystem_LoadsAndMultiplies()
    {
        using var scope = torch.NewDisposeScope();

        var product = torch.ones(3, 4).matmul(torch.ones(4, 5));

        Assert.Equal(60f, product.sum().item<float>());
    }
}
