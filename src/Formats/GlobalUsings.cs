global using InputMap = AeServerless.Engine.Autoencoders.InputMap;
global using InputNorm = AeServerless.Engine.Autoencoders.InputNorm;
