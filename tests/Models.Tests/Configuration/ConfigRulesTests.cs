using System.Text;
using AeServerless.Engine;
using AeServerless.Models.Configuration;
using AeServerless.Models.Families;

namespace AeServerless.Models.Tests.Configuration;

public sealed class ConfigRulesTests
{
    [Theory]
    [InlineData("""{"model_type":"qwen3_moe"}""", "model_type")]
    [InlineData("""{"hidden_size":8}""", "model_type")]
    [InlineData("""{"model_type":"llama","residual_multiplier":2}""", "residual_multiplier")]
    [InlineData("""{"model_type":"llama","quantization_config":{}}""", "quantization_config")]
    [InlineData("""{"model_type":"llama","rope_scaling":{"rope_type":"yarn","factor":2}}""", "rope_type")]
    [InlineData("""{"model_type":"llama","rope_scaling":{"rope_type":"linear","factor":2,"mrope_section":[1]}}""", "mrope_section")]
    [InlineData("""{"model_type":"llama","rope_scaling":{"rope_type":"linear"}}""", "factor")]
    [InlineData("""{"model_type":"llama","hidden_act":"mish"}""", "hidden_act")]
    [InlineData("""{"model_type":"llama","num_attention_heads":3}""", "num_attention_heads")]
    [InlineData("""{"model_type":"llama","num_key_value_heads":5}""", "num_key_value_heads")]
    [InlineData("""{"model_type":"gpt2","add_cross_attention":true}""", "add_cross_attention")]
    [InlineData("""{"model_type":"gpt2","n_embd":"wide"}""", "n_embd")]
    [InlineData("""{"model_type":"gemma3_text","use_bidirectional_attention":true}""", "use_bidirectional_attention")]
    [InlineData("""{"model_type":"gemma3_text","num_hidden_layers":2,"layer_types":["full_attention"]}""", "layer_types")]
    [InlineData("""{"model_type":"gemma3_text","num_hidden_layers":1,"layer_types":["chunked_attention"]}""", "layer_types")]
    [InlineData("""{"model_type":"gemma3","text_config":{"altup_num_inputs":4}}""", "text_config.altup_num_inputs")]
    [InlineData("""{"model_type":"qwen2","num_hidden_layers":1,"layer_types":["sliding_attention"]}""", "layer_types")]
    public void WhatIsNotUnderstood_IsRefusedByName(string config, string key)
    {
        var error = Assert.Throws<InvalidInputException>(() => Read(config));
        Assert.Contains(key, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"rope_theta\":500", 500)]
    [InlineData("\"rope_parameters\":{\"rope_theta\":500,\"rope_type\":\"default\"},\"rope_theta\":7", 500)]
    [InlineData("\"rope_parameters\":{\"rope_theta\":7},\"rope_scaling\":{\"rope_type\":\"default\"},\"rope_theta\":500", 500)]
    [InlineData("\"rope_scaling\":{\"type\":\"yarn\",\"rope_type\":\"default\",\"rope_theta\":500},\"rope_theta\":7", 500)]
    [InlineData("\"rope_scaling\":null", 10_000)]
    public void Rope_TakesItsBaseByPriority(string fields, double theta)
    {
        var rope = Read($$"""{"model_type":"llama",{{fields}}}""").Layers[0].Rope!;
        Assert.Equal(Math.Pow(theta, -2.0 / 128), rope.InverseFrequencies[1], 6);
    }

    [Fact]
    public void GptNeoX_ReadsNewRopeFieldsOnlyWithinTheirObject()
    {
        var ignored = Read("""{"model_type":"gpt_neox","rope_theta":500,"partial_rotary_factor":0.5}""").Layers[0].Rope!;
        Assert.Equal(24, ignored.RotatedWidth);
        var read = Read("""{"model_type":"gpt_neox","rope_parameters":{"rope_theta":500,"partial_rotary_factor":0.5}}""").Layers[0].Rope!;
        Assert.Equal(48, read.RotatedWidth);
    }

    [Fact]
    public void OddRotaryWidth_RotatesOneValueMore()
    {
        var rope = Read("""{"model_type":"gpt_neox","hidden_size":24,"num_attention_heads":2,"rotary_pct":0.25}""").Layers[0].Rope!;
        Assert.Equal(4, rope.RotatedWidth);
        Assert.Equal(Math.Pow(10_000, -2.0 / 3), rope.InverseFrequencies[1], 6);
    }

    [Fact]
    public void Windows_FollowTheFamily()
    {
        Assert.All(Read("""{"model_type":"mistral","sliding_window":null}""").Layers, layer => Assert.Null(layer.Window));
        Assert.All(Read("""{"model_type":"llama","sliding_window":4}""").Layers, layer => Assert.Null(layer.Window));
        var qwen = Read(
            """{"model_type":"qwen2","num_hidden_layers":3,"use_sliding_window":true,"sliding_window":5,"max_window_layers":1}""");
        Assert.Equal([null, 5, 5], qwen.Layers.Select(layer => layer.Window));
    }

    private static Architecture Read(string json) => ModelFamilies.Read(Encoding.UTF8.GetBytes(json), "config.json").Architecture;
}
