using System.Text;

namespace AeServerless.Exports.Sessions;

/// <summary>Texts of tokens as files can hold them.</summary>
internal static class TokenTexts
{
    /// <summary>
    /// Valid Unicode: half a surrogate pair becomes U+FFFD. A token without a text, or with an empty one, is shown by its id.
    /// </summary>
    public static string Clean(string? text, int id)
    {
        if (string.IsNullOrEmpty(text))
        {
            return $"<{id}>";
        }

        foreach (var character in text)
        {
            if (char.IsSurrogate(character))
            {
                return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
            }
        }

        return text;
    }
}
