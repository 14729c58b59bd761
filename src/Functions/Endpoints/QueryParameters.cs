using System.Globalization;
using AeServerless.Engine;
using Microsoft.AspNetCore.Http;

namespace AeServerless.Functions.Endpoints;

/// <summary>
/// Reads parameters of a request's query. One that is absent or empty has its default, one that is wrong is refused by name.
/// </summary>
internal static class QueryParameters
{
    /// <summary>A whole number.</summary>
    /// <exception cref="InvalidInputException">It is none, or out of range.</exception>
    public static int Integer(this IQueryCollection query, string name, int fallback, int least, int most)
    {
        var text = (string?)query[name];
        if (string.IsNullOrEmpty(text))
        {
            return fallback;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw Wrong(name, string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {least} to {most}"));
    }

    /// <summary>A switch, off unless it is <c>true</c>.</summary>
    /// <exception cref="InvalidInputException">It is neither true nor false.</exception>
    public static bool Switch(this IQueryCollection query, string name)
    {
        var text = (string?)query[name];
        return !string.IsNullOrEmpty(text) && (bool.TryParse(text, out var value) ? value : throw Wrong(name, "must be true or false"));
    }

    /// <summary>One of the names of an enumeration, in any case.</summary>
    /// <exception cref="InvalidInputException">It is none of them.</exception>
    public static T? Choice<T>(this IQueryCollection query, string name)
        where T : struct, Enum
    {
        var text = (string?)query[name];
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        // Not Enum.TryParse, which takes numbers too.
        foreach (var value in Enum.GetValues<T>())
        {
            if (string.Equals($"{value}", text, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        throw Wrong(name, $"must be one of {string.Join(", ", Enum.GetNames<T>().Select(known => known.ToLowerInvariant()))}");
    }

    private static InvalidInputException Wrong(string name, string right) => new($"query parameter {name}", right);
}
