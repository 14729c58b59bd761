using System.Reflection;
using AeServerless.LocalHost.Functions;
using AeServerless.LocalHost.Settings;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace AeServerless.LocalHost.Blobs;

/// <summary>Binds the parameters of a blob function.</summary>
internal static class BlobBinding
{
    // Larger text belongs in a Stream.
    private const long LongestText = 64 * 1024 * 1024;

    public static void Check(FunctionDescriptor function, BlobPattern pattern)
    {
        var type = function.TriggerParameter.ParameterType;
        if (type != typeof(string) && type != typeof(Stream) && type != typeof(BlobClient))
        {
            throw new HostConfigurationException(
                $"Function '{function.Name}': the [BlobTrigger] parameter must be a string, Stream or BlobClient.");
        }

        foreach (var parameter in function.Arguments)
        {
            var isBound = MethodCaller.BindsAlways(parameter) || parameter == function.TriggerParameter
                || (parameter.ParameterType == typeof(string) && pattern.Names.Contains(parameter.Name!, StringComparer.OrdinalIgnoreCase));
            if (!isBound)
            {
                throw new HostConfigurationException(
                    $"Function '{function.Name}': parameter '{parameter.Name}' can't be bound. A blob function takes the blob, strings "
                        + "named as the path's " +
                    $"{{names}} ({string.Join(", ", pattern.Names)}), [DurableClient] DurableTaskClient, FunctionContext and "
                        + "CancellationToken.");
            }
        }
    }

    /// <summary>Reads the blob as the function wants it, at the version that was found.</summary>
    public static async Task<object> ReadAsync(ParameterInfo parameter, BlobClient blob, ETag etag, CancellationToken cancellationToken)
    {
        if (parameter.ParameterType == typeof(BlobClient))
        {
            return blob;
        }

        if (parameter.ParameterType == typeof(Stream))
        {
            return await blob.OpenReadAsync(new(allowModifications: false) { Conditions = new() { IfMatch = etag } }, cancellationToken);
        }

        var properties = await blob.GetPropertiesAsync(new() { IfMatch = etag }, cancellationToken);
        if (properties.Value.ContentLength > LongestText)
        {
            throw new InvalidOperationException(
                $"Blob '{blob.Name}' has {properties.Value.ContentLength} bytes: more than the {LongestText} that a string parameter "
                    + "takes.");
        }

        var content = await blob.DownloadContentAsync(new BlobDownloadOptions { Conditions = new() { IfMatch = etag } }, cancellationToken);
        return content.Value.Content.ToString();
    }
}
