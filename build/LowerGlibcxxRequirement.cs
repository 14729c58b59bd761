using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Lets TorchSharp's native library load where libstdc++ is older than GLIBCXX_3.4.32 (Debian 12, Ubuntu 22.04).
/// The library needs that version for one symbol alone, std::ios_base_library_init(), which runs std::ios_base::Init's constructor;
/// that constructor has been exported as GLIBCXX_3.4 for as long as libstdc++.so.6 exists, and takes the same (ignored) arguments.
/// The symbol is renamed to it and its version requirement lowered, in the copy in the output folder, never in the package.
/// </summary>
public sealed class LowerGlibcxxRequirement : Task
{
    private const string Needed = "GLIBCXX_3.4.32";
    private const string Base = "GLIBCXX_3.4";
    private const string NeededSymbol = "_ZSt21ios_base_library_initv";
    private const string BaseSymbol = "_ZNSt8ios_base4InitC1Ev";

    /// <summary>Candidate paths of the library; those that don't exist are passed over.</summary>
    [Required]
    public ITaskItem[] Libraries { get; set; }

    public override bool Execute()
    {
        foreach (var path in Libraries.Select(l => l.GetMetadata("FullPath")).Where(File.Exists))
        {
            var bytes = File.ReadAllBytes(path);
            if (!Contains(bytes, NeededSymbol) || SystemHas(Needed))
            {
                continue;
            }

            try
            {
                Patch(bytes);
            }
            catch (InvalidDataException e)
            {
                Log.LogError("{0}: this system's libstdc++ lacks {1}, which TorchSharp's native library needs, and the library can't be "
                    + "adapted ({2}). " +
                    "Install libstdc++ of GCC 13 or newer (Debian 13, Ubuntu 24.04).", path, Needed, e.Message);
                return false;
            }

            // The file may be a hard link into the package cache: replace it, never write through it.
            var temporary = path + ".adapting";
            File.WriteAllBytes(temporary, bytes);
            File.SetLastWriteTimeUtc(temporary, File.GetLastWriteTimeUtc(path));
            File.Delete(path);
            File.Move(temporary, path);
            Log.LogMessage(MessageImportance.Normal, "{0}: adapted to a libstdc++ without {1}.", path, Needed);
        }

        return true;
    }

    private static bool SystemHas(string version)
    {
        var folders = new[] { "/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib64", "/lib64", "/usr/lib", "/lib" };
        var library = folders.Select(f => Path.Combine(f, "libstdc++.so.6")).FirstOrDefault(File.Exists);
        return library != null && Contains(File.ReadAllBytes(library), version);
    }

    private static bool Contains(byte[] bytes, string text) => IndexOf(bytes, text, 0, bytes.Length) >= 0;

    private static int IndexOf(byte[] bytes, string text, int start, int end)
    {
        var pattern = Encoding.ASCII.GetBytes(text + "\0");
        for (
            var at = Array.IndexOf(bytes, pattern[0], start); at >= 0
                && at + pattern.Length <= end; at = Array.IndexOf(bytes, pattern[0], at + 1))
        {
            var i = 1;
            while (i < pattern.Length && bytes[at + i] == pattern[i])
            {
                i++;
            }

            if (i == pattern.Length)
            {
                return at;
            }
        }

        return -1;
    }

    private static void Patch(byte[] elf)
    {
        if (elf.Length < 64 || BitConverter.ToUInt32(elf, 0) != 0x464C457F || elf[4] != 2 || elf[5] != 1)
        {
            throw new InvalidDataException("not a little-endian 64-bit ELF file");
        }

        var sections = Sections(elf);
        var strings = sections[".dynstr"];
        var symbols = sections[".dynsym"];
        var versions = sections[".gnu.version"];
        var requirements = sections[".gnu.version_r"];

        int NameOffset(string name)
        {
            var at = IndexOf(elf, name, (int)strings.Offset, (int)(strings.Offset + strings.Size));
            return at < 0 ? throw new InvalidDataException(name + " is not in .dynstr") : at - (int)strings.Offset;
        }

        var neededSymbol = NameOffset(NeededSymbol);
        var baseName = NameOffset(Base);
        var (baseIndex, neededEntry, neededIndex) = Requirements(elf, requirements, strings);

        // The one undefined symbol of that version takes the version index of GLIBCXX_3.4.
        var renamed = 0;
        for (var i = 0; i < (int)(symbols.Size / 24); i++)
        {
            var version = (int)versions.Offset + 2 * i;
            if ((BitConverter.ToUInt16(elf, version) & 0x7FFF) != neededIndex)
            {
                continue;
            }

            if (BitConverter.ToUInt32(elf, (int)symbols.Offset + 24 * i) != (uint)neededSymbol)
            {
                throw new InvalidDataException("another symbol needs " + Needed);
            }

            BitConverter.GetBytes((ushort)baseIndex).CopyTo(elf, version);
            renamed++;
        }

        if (renamed != 1)
        {
            throw new InvalidDataException(renamed + " symbols need " + Needed);
        }

        var replacement = Encoding.ASCII.GetBytes(BaseSymbol.PadRight(NeededSymbol.Length, '\0'));
        replacement.CopyTo(elf, (int)strings.Offset + neededSymbol);
        BitConverter.GetBytes(ElfHash(Base)).CopyTo(elf, neededEntry);
        BitConverter.GetBytes(baseName).CopyTo(elf, neededEntry + 8);
    }

    private static (int BaseIndex, int NeededEntry, int NeededIndex) Requirements(byte[] elf, Section requirements, Section strings)
    {
        int baseIndex = 0, neededEntry = 0, neededIndex = 0;
        for (long file = requirements.Offset, next = 1; next != 0; file += next)
        {
            var count = BitConverter.ToUInt16(elf, (int)file + 2);
            var entry = file + BitConverter.ToUInt32(elf, (int)file + 8);
            for (var i = 0; i < count; i++, entry += BitConverter.ToUInt32(elf, (int)entry + 12))
            {
                var name = StringAt(elf, (int)(strings.Offset + BitConverter.ToUInt32(elf, (int)entry + 8)));
                var index = BitConverter.ToUInt16(elf, (int)entry + 6);
                if (name == Base)
                {
                    baseIndex = index;
                }
                else if (name == Needed)
                {
                    (neededEntry, neededIndex) = ((int)entry, index);
                }
            }

            next = BitConverter.ToUInt32(elf, (int)file + 12);
        }

        return baseIndex == 0 || neededIndex == 0
            ? throw new InvalidDataException("its version requirements don't name " + Base + " and " + Needed)
            : (baseIndex, neededEntry, neededIndex);
    }

    private static Dictionary<string, Section> Sections(byte[] elf)
    {
        var table = BitConverter.ToInt64(elf, 40);
        int size = BitConverter.ToUInt16(elf, 58), count = BitConverter.ToUInt16(elf, 60), names = BitConverter.ToUInt16(elf, 62);
        Section At(int i) => new Section
        {
            Name = BitConverter.ToUInt32(elf, (int)table + i * size),
            Offset = BitConverter.ToInt64(elf, (int)table + i * size + 24),
            Size = BitConverter.ToInt64(elf, (int)table + i * size + 32),
        };
        var nameTable = At(names).Offset;
        var sections = Enumerable.Range(0, count).Select(At).ToDictionary(
            s => StringAt(elf, (int)(nameTable + s.Name)) + "", s => s, StringComparer.Ordinal);
        foreach (var required in new[] { ".dynstr", ".dynsym", ".gnu.version", ".gnu.version_r" })
        {
            if (!sections.ContainsKey(required))
            {
                throw new InvalidDataException("no section " + required);
            }
        }

        return sections;
    }

    private static string StringAt(byte[] bytes, int offset) =>
        Encoding.ASCII.GetString(bytes, offset, Array.IndexOf(bytes, (byte)0, offset) - offset);

    /// <summary>The System V ABI's hash of a symbol or version name.</summary>
    private static uint ElfHash(string name)
    {
        uint hash = 0;
        foreach (var c in name)
        {
            hash = (hash << 4) + c;
            var high = hash & 0xF0000000;
            hash = (hash ^ (high >> 24)) & ~high;
        }

        return hash;
    }

    private struct Section
    {
        public uint Name;
        public long Offset;
        public long Size;
    }
}
