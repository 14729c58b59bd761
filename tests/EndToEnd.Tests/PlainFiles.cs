using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace AeServerless.EndToEnd.Tests;

/// <summary>Plain readers of two formats, which share no code with what wrote them.</summary>
internal static class PlainFiles
{
    /// <summary>The elements of a tensor of a safetensors file.</summary>
    public static T[] Tensor<T>(byte[] file, string name)
        where T : struct
    {
        var header = (int)BitConverter.ToInt64(file);
        using var json = JsonDocument.Parse(file.AsMemory(sizeof(long), header));
        var offsets = json.RootElement.GetProperty(name).GetProperty("data_offsets");
        var (start, end) = (offsets[0].GetInt32(), offsets[1].GetInt32());
        return MemoryMarshal.Cast<byte, T>(file.AsSpan(sizeof(long) + header + start, end - start)).ToArray();
    }

    /// <summary>The elements of an array of a .npz file.</summary>
    public static T[] Array<T>(string path, string name)
        where T : struct
    {
        using var archive = ZipFile.OpenRead(path);
        using var content = archive.GetEntry($"{name}.npy")!.Open();
        using var memory = new MemoryStream();
        content.CopyTo(memory);
        var file = memory.ToArray();
        Assert.Equal("NUMPY", Encoding.ASCII.GetString(file, 1, 5));
        return MemoryMarshal.Cast<byte, T>(file.AsSpan(10 + BitConverter.ToUInt16(file, 8))).ToArray();
    }
}
