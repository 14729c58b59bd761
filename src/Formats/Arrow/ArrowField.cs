using AeServerless.Engine.Tensors;

namespace AeServerless.Formats.Arrow;

/// <summary>A column, or what the lists of a column hold.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">The kind of its type.</param>
/// <param name="Dtype">The type of its numbers; <see langword="null"/> where it has none.</param>
/// <param name="ListSize">Entries of a list of fixed size.</param>
/// <param name="IsDictionary">Whether it holds places in a dictionary.</param>
/// <param name="Children">What it holds.</param>
internal sealed record ArrowField(
    string Name, ArrowKind Kind, TensorDtype? Dtype, int ListSize, bool IsDictionary, IReadOnlyList<ArrowField> Children)
{
    private const int MostDepth = 16;
    private const int MostFields = 100_000;

    /// <summary>The type as messages show it, such as <c>list of list of F32</c>.</summary>
    public string Text => Kind switch
    {
        ArrowKind.List or ArrowKind.LargeList or ArrowKind.FixedSizeList when Children is [var child] => $"list of {child.Text}",
        _ when IsDictionary => "dictionary",
        _ => Dtype?.Name() ?? (Enum.IsDefined(Kind) ? Kind.ToString() : $"type {(int)Kind}"),
    };

    /// <summary>Entries of a batch's nodes that the field takes.</summary>
    public int Nodes => IsDictionary ? 1 : 1 + Children.Sum(child => child.Nodes);

    /// <summary>Entries of a batch's buffers that the field takes; <see langword="null"/> where that can't be told.</summary>
    public int? Buffers => IsDictionary ? 2 : Own is { } own ? Children.Aggregate((int?)own, (sum, child) => sum + child.Buffers) : null;

    private int? Own => Kind switch
    {
        ArrowKind.Null => 0,
        ArrowKind.Struct or ArrowKind.FixedSizeList => 1,
        ArrowKind.Utf8 or ArrowKind.LargeUtf8 or ArrowKind.Binary or ArrowKind.LargeBinary => 3,
        ArrowKind.None or ArrowKind.Union or > ArrowKind.LargeList => null,
        _ => 2,
    };

    /// <summary>Reads the columns of a schema.</summary>
    public static IReadOnlyList<ArrowField> ReadAll(FlatTable schema)
    {
        var left = MostFields;
        return ReadAll(schema, SchemaFields.Fields, MostDepth, ref left);
    }

    private static List<ArrowField> ReadAll(FlatTable table, int slot, int depth, ref int left)
    {
        var fields = new List<ArrowField>();
        foreach (var field in table.Tables(slot))
        {
            if (depth == 0 || left-- == 0)
            {
                throw table.Buffer.Broken();
            }

            var kind = (ArrowKind)field.Byte(SchemaFields.Kind);
            var type = field.Table(SchemaFields.Type);
            fields.Add(new ArrowField(
                field.Text(SchemaFields.Name),
                kind,
                Number(kind, type),
                kind == ArrowKind.FixedSizeList ? type?.Int32(0) ?? 0 : 0,
                field.Table(SchemaFields.Dictionary) is not null,
                ReadAll(field, SchemaFields.Children, depth - 1, ref left)));
        }

        return fields;
    }

    private static TensorDtype? Number(ArrowKind kind, FlatTable? type) => kind switch
    {
        ArrowKind.Int when type is { } number => (number.Int32(0), number.Byte(1)) switch
        {
            (8, 1) => TensorDtype.I8,
            (8, 0) => TensorDtype.U8,
            (16, 1) => TensorDtype.I16,
            (16, 0) => TensorDtype.U16,
            (32, 1) => TensorDtype.I32,
            (32, 0) => TensorDtype.U32,
            (64, 1) => TensorDtype.I64,
            (64, 0) => TensorDtype.U64,
            _ => null,
        },
        ArrowKind.Float => type?.Int16(0) switch
        {
            0 => TensorDtype.F16,
            1 => TensorDtype.F32,
            2 => TensorDtype.F64,
            _ => null,
        },
        _ => null,
    };

    private static class SchemaFields
    {
        public const int Fields = 1;
        public const int Name = 0;
        public const int Kind = 2;
        public const int Type = 3;
        public const int Dictionary = 4;
        public const int Children = 5;
    }
}
