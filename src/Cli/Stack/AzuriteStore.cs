using System.Text.Json;

namespace AeServerless.Cli.Stack;

/// <summary>
/// What Azurite keeps in a folder. It starts over an index that it can't read as if there were none, so it is looked at first.
/// </summary>
internal static class AzuriteStore
{
    /// <exception cref="CliException">An index is damaged; the message names it.</exception>
    public static void Check(string folder)
    {
        foreach (var index in Directory.EnumerateFiles(folder, "__azurite_db_*.json"))
        {
            try
            {
                using var file = File.OpenRead(index);
                using var document = JsonDocument.Parse(file);
            }
            catch (JsonException e)
            {
                throw new CliException(
                    $"{index}: this index of the storage emulator is damaged ({e.Message.TrimEnd('.')}). Put a copy of it back, or move "
                        + $"{folder} away to begin with an " +
                    "empty store: then upload again, and what was computed is computed anew.");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new CliException($"{index}: can't be read: {e.Message}");
            }
        }
    }
}
