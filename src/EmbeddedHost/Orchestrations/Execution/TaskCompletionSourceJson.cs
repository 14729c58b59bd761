using System.Text.Json;
using AeServerless.EmbeddedHost.DurableTask;

namespace AeServerless.EmbeddedHost.Orchestrations.Execution;

internal static class TaskCompletionSourceJson
{
    /// <summary>Ends the task with a JSON value, or with the reason why it is not a <typeparamref name="T"/>.</summary>
    public static void SetJson<T>(this TaskCompletionSource<T> source, string? json)
    {
        T? value;
        try
        {
            value = PayloadJson.Deserialize<T>(json);
        }
        catch (JsonException e)
        {
            source.TrySetException(e);
            return;
        }

        source.TrySetResult(value!);
    }
}
