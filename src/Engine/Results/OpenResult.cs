using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Results;

/// <summary>A result file that is open for reading.</summary>
internal sealed class OpenResult : IDisposable
{
    private readonly IByteSource _source;

    private OpenResult(IByteSource source, SafetensorsFile file) => (_source, File) = (source, file);

    public SafetensorsFile File { get; }

    public static async Task<OpenResult> OpenAsync(IResultSource part, string name, CancellationToken cancellationToken)
    {
        var source = await part.OpenAsync(name, cancellationToken);
        try
        {
            return new OpenResult(source, await SafetensorsFile.OpenAsync(source, cancellationToken));
        }
        catch
        {
            (source as IDisposable)?.Dispose();
            throw;
        }
    }

    public void Dispose() => (_source as IDisposable)?.Dispose();
}
