namespace AeServerless.Engine.Json;

/// <summary>The document that a value is from, for errors.</summary>
/// <param name="Document">What errors call it.</param>
/// <param name="IsWrittenByHand">Whether a person wrote it, who is helped by seeing the value at fault.</param>
internal sealed record JsonOrigin(string Document, bool IsWrittenByHand)
{
    public string SubjectOf(string path) => path.Length == 0 ? Document : IsWrittenByHand ? $"{Document} {path}" : $"{Document}, {path}";
}
