namespace Stoker.Syntax.Yaml;

/// <summary>
/// A text that cannot be read as YAML. <see cref="Exception.Message"/> is the end of a sentence whose subject is the text, with the place in it and nothing
/// of what the text holds.
/// </summary>
public sealed class YamlFaultException(string message) : Exception(message);
