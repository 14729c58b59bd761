using Azure;

namespace AeServerless.Functions.Blobs;

/// <summary>Listings of blobs.</summary>
internal static class BlobListing
{
    /// <summary>The items of a listing. A container that nobody has made yet is an empty one.</summary>
    public static async IAsyncEnumerable<T> Existing<T>(this Azure.AsyncPageable<T> items, string path)
        where T : notnull
    {
        await using var pages = items.GetAsyncEnumerator();
        while (true)
        {
            try
            {
                if (!await pages.MoveNextAsync())
                {
                    yield break;
                }
            }
            catch (RequestFailedException error) when (StorageErrors.IsMissing(error))
            {
                yield break;
            }
            catch (RequestFailedException error)
            {
                throw StorageErrors.Of(path, error);
            }

            yield return pages.Current;
        }
    }
}
