using AeServerless.Engine.Tensors;
using AeServerless.Formats.Reading;
using AeServerless.Formats.Tensors;

namespace AeServerless.Formats.Readers.DictionaryLearning;

/// <summary>The tensors of each class of dictionary_learning.</summary>
internal static class DictionaryLearningTensors
{
    // Buffers of the science-of-finetuning fork: NaN where its normalisation is off.
    private static readonly string[] Normalisation = ["activation_mean", "activation_std", "activation_global_scale", "target_rms"];

    public static WeightParts PartsOf(string dictionary, TensorSet tensors)
    {
        switch (dictionary)
        {
            case DictionaryLearningConfig.JumpRelu:
                return Columns(tensors, subtracts: false);
            case DictionaryLearningConfig.Matryoshka:
                tensors.Ignore(name => name == "group_sizes");
                return Columns(tensors, subtracts: true);
            case DictionaryLearningConfig.AutoEncoder:
                return Linear(tensors, tensors.Require("encoder.bias"), tensors.Require("bias"), subtracts: true);
            case DictionaryLearningConfig.AutoEncoderNew:
                return Linear(tensors, tensors.Require("encoder.bias"), tensors.Require("decoder.bias"), subtracts: false);
            case DictionaryLearningConfig.Gated:
                return Linear(tensors, null, tensors.Require("decoder_bias"), subtracts: true);
            default:
                return Linear(tensors, tensors.Require("encoder.bias"), tensors.Require("b_dec"), subtracts: true);
        }
    }

    /// <summary>Throws where the fork's normalisation is on: how its four numbers act together is not settled.</summary>
    public static async Task RequireNoNormalisationAsync(TensorSet tensors, CancellationToken cancellationToken)
    {
        foreach (var name in Normalisation)
        {
            if (tensors.Optional(name) is { } tensor && name != "target_rms" && !await IsNaNAsync(tensor, cancellationToken))
            {
                throw tensor.Fault($"{name} is set: normalisation of inputs in this fork of the library is not supported");
            }
        }
    }

    private static async Task<bool> IsNaNAsync(StoredTensor tensor, CancellationToken cancellationToken)
    {
        if (tensor.Count == 0 || tensor.Dtype is not (TensorDtype.F32 or TensorDtype.F64))
        {
            return false;
        }

        var bytes = new byte[tensor.Dtype.Size()];
        await tensor.Source.ReadAsync(tensor.Offset, bytes, cancellationToken);
        return tensor.Dtype == TensorDtype.F32 ? float.IsNaN(BitConverter.ToSingle(bytes)) : double.IsNaN(BitConverter.ToDouble(bytes));
    }

    private static WeightParts Linear(TensorSet tensors, StoredTensor? encoderBias, StoredTensor bias, bool subtracts) => new()
    {
        Encoder = MatrixPart.Encoder(tensors.Require("encoder.weight"), transposed: false),
        EncoderBias = encoderBias,
        Decoder = MatrixPart.Decoder(tensors.Require("decoder.weight"), transposed: true),
        InputBias = subtracts ? bias : null,
        OutputBias = bias,
    };

    private static WeightParts Columns(TensorSet tensors, bool subtracts) => new()
    {
        Encoder = MatrixPart.Encoder(tensors.Require("W_enc"), transposed: true),
        EncoderBias = tensors.Require("b_enc"),
        Decoder = MatrixPart.Decoder(tensors.Require("W_dec"), transposed: false),
        InputBias = subtracts ? tensors.Require("b_dec") : null,
        OutputBias = tensors.Require("b_dec"),
    };
}
