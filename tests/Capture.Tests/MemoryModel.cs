using System.Text;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;
using AeServerless.Models.Weights;

namespace AeServerless.Capture.Tests;

/// <summary>A model's folder in memory.</summary>
internal sealed class MemoryModel(IReadOnlyDictionary<string, byte[]> files) : IModelFiles
{
    public string Name => "memory";

    public static async Task<MemoryModel> CreateAsync(string config, IReadOnlyList<(TensorSpec Spec, double[] Values)> tensors)
    {
        using var stream = new MemoryStream();
        await using (var writer = await SafetensorsWriter.CreateAsync(
            stream, [.. tensors.Select(tensor => tensor.Spec)], null, CancellationToken.None))
        {
            foreach (var (spec, values) in tensors)
            {
                await (spec.Dtype == TensorDtype.F64
                    ? writer.WriteAsync(values.AsMemory(), CancellationToken.None)
                    : writer.WriteAsync(Array.ConvertAll(values, value => (float)value).AsMemory(), CancellationToken.None));
            }

            await writer.CompleteAsync(CancellationToken.None);
        }

        return new MemoryModel(new Dictionary<string, byte[]>
        {
            ["config.json"] = Encoding.UTF8.GetBytes(config),
            ["model.safetensors"] = stream.ToArray(),
        });
    }

    public ValueTask<IByteSource?> TryOpenAsync(string name, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IByteSource?>(files.TryGetValue(name, out var bytes) ? new MemoryByteSource(name, bytes) : null);
}
