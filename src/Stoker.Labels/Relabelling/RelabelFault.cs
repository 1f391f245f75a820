namespace Stoker.Labels.Relabelling;

/// <summary>One thing that is wrong with a rule.</summary>
/// <param name="Field">The attribute in which it stands, such as <c>target_label</c>.</param>
/// <param name="Message">One sentence without a full stop.</param>
public sealed record RelabelFault(string Field, string Message);
