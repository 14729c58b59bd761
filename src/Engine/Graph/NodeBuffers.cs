using AeServerless.Engine.Encoding.Sparse;
using AeServerless.Engine.Numerics;

namespace AeServerless.Engine.Graph;

/// <summary>The buffers of one node, kept from tile to tile.</summary>
internal sealed class NodeBuffers(PlanNode node)
{
    private float[] _dense = [];
    private float[] _vectors = [];

    public Memory<float> Dense { get; set; }

    public SparseLatents Sparse { get; } = new();

    public Memory<float> Vectors { get; private set; }

    public RowStatus[] Status { get; private set; } = [];

    public void Begin(int tokens)
    {
        if (Status.Length < tokens)
        {
            Status = new RowStatus[tokens];
        }

        Array.Clear(Status);
        if (node is not DenseNode { IsRead: false })
        {
            return;
        }

        if (_dense.Length < tokens * node.Width)
        {
            _dense = new float[tokens * node.Width];
        }

        Dense = _dense.AsMemory(0, tokens * node.Width);
    }

    public Memory<float> GrowVectors(int length)
    {
        GrowableBuffer.Grow(ref _vectors, length);
        return Vectors = _vectors.AsMemory(0, length);
    }
}
