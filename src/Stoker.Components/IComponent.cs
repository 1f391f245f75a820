using Stoker.Syntax.Values;

namespace Stoker.Components;

/// <summary>
/// A running node of the graph. It lives from the load that first names it to the reload that no longer does; its arguments change in between.
/// <see cref="Stage"/> and <see cref="Apply"/> are called by one thread at a time; the rest may be read from any.
/// </summary>
public interface IComponent
{
    /// <summary>
    /// The exports that the arguments lead to, with no effect that anybody could see: a reload stages every component and then applies all or
    /// none. Also called on a component that then never runs.
    /// </summary>
    ObjectValue Stage(object arguments);

    /// <summary>Makes the arguments the present ones, before <see cref="RunAsync"/> or while it runs. Cannot fail; returns soon.</summary>
    void Apply(object arguments);

    /// <summary>Runs until cancelled and returns when all that it started has ended. Called once.</summary>
    Task RunAsync(CancellationToken cancellationToken);

    /// <summary>One line on how the component is doing, such as <c>10 targets up, 1 down</c>; null where it has nothing to say.</summary>
    string? HealthMessage { get; }

    /// <summary>
    /// The debug information, item by item as it stands when the item is asked for: there may be tens of thousands, so none is kept, and
    /// what changes meanwhile may or may not show. May be read while the component runs, changes and stops.
    /// </summary>
    IEnumerable<BodyItem> DescribeState();
}

/// <summary>The typed form that components derive from.</summary>
public abstract class Component<TArguments> : IComponent
    where TArguments : class
{
    public virtual string? HealthMessage => null;

    public ObjectValue Stage(object arguments) => Stage((TArguments)arguments);

    public void Apply(object arguments) => Apply((TArguments)arguments);

    public abstract Task RunAsync(CancellationToken cancellationToken);

    public virtual IEnumerable<BodyItem> DescribeState() => [];

    protected abstract ObjectValue Stage(TArguments arguments);

    protected abstract void Apply(TArguments arguments);
}
