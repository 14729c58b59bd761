using AeServerless.Engine;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.IO;
using AeServerless.Engine.Recipes;
using AeServerless.Formats.Engines;

namespace AeServerless.Formats.Tests.Engines;

public sealed class RecipeAutoencodersTests
{
    [Fact]
    public async Task Folder_SaysPlaceAndLayer()
    {
        var reader = new RecipeAutoencoders(new GoldenFiles());
        var reference = new AutoencoderReference { Name = "published", Path = "autoencoders/saelens-hook-z" };
        var found = new List<(int Layer, AutoencoderHeader Header)>();
        for (var layer = 0; layer < 12; layer++)
        {
            if (await reader.ReadHeaderAsync(reference, layer, TestContext.Current.CancellationToken) is { } header)
            {
                found.Add((layer, header));
            }
        }

        var only = Assert.Single(found);
        Assert.Equal((AutoencoderInput.AttnVOut, only.Layer), (only.Header.Input, only.Header.Layer));
        Assert.Equal(
            ["autoencoders/saelens-hook-z/cfg.json", "autoencoders/saelens-hook-z/sae_weights.safetensors"], only.Header.Files);
        var loaded = await reader.LoadAsync(reference, only.Layer, TestContext.Current.CancellationToken);
        Assert.Equal((only.Header.InputSize, only.Header.LatentCount), (loaded.InputSize, loaded.LatentCount));
    }

    [Fact]
    public async Task PathWithNothingAtIt_HasNone()
    {
        var reader = new RecipeAutoencoders(new GoldenFiles());
        var reference = new AutoencoderReference { Name = "absent", Path = "autoencoders/absent/{layer}.safetensors" };
        Assert.Null(await reader.ReadHeaderAsync(reference, 0, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<InvalidInputException>(() => reader.LoadAsync(reference, 0, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("autoencoders/a/{layer}.safetensors", "autoencoders/a/3.safetensors", true)]
    [InlineData("autoencoders/a/{layer}.safetensors", "autoencoders/a/none.safetensors", true)]
    [InlineData("autoencoders/a/{layer}.safetensors", "autoencoders/a/cfg.json", true)]
    [InlineData("autoencoders/a/{layer}.safetensors", "autoencoders/a/3.safetensors.old", false)]
    [InlineData("autoencoders/a/{layer}.safetensors", "autoencoders/b/3.safetensors", false)]
    [InlineData("autoencoders/a/layer_{layer}/sae", "autoencoders/a/layer_7/sae/cfg.json", true)]
    [InlineData("autoencoders/scope", "autoencoders/scope/checkpoints/final.safetensors", true)]
    [InlineData("autoencoders/scope/checkpoints/final.safetensors", "autoencoders/scope/hyperparams.json", true)]
    [InlineData("autoencoders/scope", "autoencoders/scope2/cfg.json", false)]
    public void Files_BelongToAnAutoencoder_ByItsPath(string path, string file, bool belongs)
    {
        var paths = new AutoencoderPaths(new AutoencoderReference { Name = "one", Path = path });
        Assert.Equal(belongs, paths.Contains(file));
        Assert.True(!belongs || file.StartsWith(paths.Prefix, StringComparison.Ordinal));
    }

    private sealed class GoldenFiles : IStoredFiles
    {
        public Task<IReadOnlyList<string>> ListAsync(string folder, CancellationToken cancellationToken)
        {
            var local = Local(folder);
            IReadOnlyList<string> files = Directory.Exists(local)
                ? [.. Directory.EnumerateFiles(local, "*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 })
                    .Select(file => $"{folder}/{Path.GetRelativePath(local, file)}")]
                : [];
            return Task.FromResult(files);
        }

        public Task<IByteSource?> OpenAsync(string path, CancellationToken cancellationToken) =>
            Task.FromResult<IByteSource?>(File.Exists(Local(path)) ? new FileByteSource(Local(path), path) : null);

        private static string Local(string path) => Path.Combine(Repository.GoldenFormats, path["autoencoders/".Length..]);
    }
}
