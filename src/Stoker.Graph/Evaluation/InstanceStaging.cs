using Stoker.Graph.Planning;
using Stoker.Syntax;
using Stoker.Syntax.Ast;
using Stoker.Syntax.Values;

namespace Stoker.Graph.Evaluation;

/// <summary>Evaluates an instance of a <c>declare</c>: 1. the declaration, 2. the arguments, 3. the module made of them, 4. what it exports.</summary>
internal sealed class InstanceStaging(GraphPass pass)
{
    public void Stage(Frame frame, PlannedNode plan, DiagnosticBag diagnostics)
    {
        string[] references = [.. plan.References.Select(frame.IdOf)];
        StagedNode fresh = pass.Fresh(frame, plan, references);

        // 1.
        TemplateReference template = plan.Template!.Value;
        Frame? declaring = frame.Up(template.Up);
        if (template.Namespace is { } space)
        {
            string importId = declaring.IdOf(declaring.Plan.Imports[space].Id);
            declaring = declaring.TryImport(space, out Frame? imported) ? imported : null;
            if (declaring is null)
            {
                pass.Record(frame, fresh with { IsWaiting = true, Problem = $"waits for {importId}" });
                return;
            }
        }

        if (!declaring.Plan.Declares.TryGetValue(template.Name, out DeclarePlan? declare) || declare.IsCyclic)
        {
            if (declare is null)
            {
                string missing = DescribeMissing(template, declaring);
                diagnostics.Error(plan.Block.NameSpan, missing);
                pass.Blame(declaring, $"{plan.Block.NameSpan}: {missing}");
            }

            pass.Record(frame, fresh with { Problem = $"there is no declare \"{template.Name}\"" });
            return;
        }

        // 2.
        var module = new Frame(fresh.Id, declare.Body, declaring, declaring.ModulePath, frame.Depth + 1, [.. frame.Makers.Union(declaring.Makers)]);
        var own = new DiagnosticBag();
        var inner = new DiagnosticBag();
        inner.AddAll(declare.Mistakes);
        ModuleInput input = Pass(frame, plan, declare, references, own, inner);

        // 3.
        pass.StageModule(module, input, inner);
        if (inner.HasErrors)
        {
            pass.Blame(module, Problems.Of(inner));
        }

        PlannedNode[] exports = [.. declare.Body.Nodes.Where(node => node.Kind == NodeKind.Export)];
        StagedNode? withProblem = exports.Select(export => pass.Find(module.IdOf(export.Id))).FirstOrDefault(export => export?.Problem is not null);
        string? problem = own.HasErrors ? Problems.Of(own) : input.Waiting ?? withProblem?.Problem;
        diagnostics.AddAll(own);
        diagnostics.AddAll(inner, fresh.Id);

        // 4.
        pass.Record(frame, fresh with
        {
            References = [.. references, .. exports.Select(export => module.IdOf(export.Id))],
            Exports = new ObjectValue(exports.Select(export =>
                new KeyValuePair<string, Value>(export.Block.BlockLabel!, module.ExportsOf(new PlannedReference(0, export.Id))))),
            ModuleIds = [fresh.Id],
            Problem = problem,
            IsWaiting = !own.HasErrors && (input.Waiting is not null || withProblem is { IsWaiting: true }),
        });
    }

    private static string DescribeMissing(TemplateReference template, Frame declaring)
    {
        string[] names = [.. declaring.Plan.Declares.Keys.Order(StringComparer.Ordinal)];
        return $"the import \"{template.Namespace}\" declares no \"{template.Name}\"{Suggestion.For(template.Name, names)}"
            + (names.Length == 0 ? "; it declares nothing" : $" (it has: {string.Join(", ", names)})");
    }

    /// <summary>An argument whose expression has a mistake keeps the value that it had.</summary>
    /// <param name="own">Gets what is wrong with a value.</param>
    /// <param name="shape">Gets what does not fit the declaration.</param>
    private ModuleInput Pass(Frame frame, PlannedNode plan, DeclarePlan declare, IReadOnlyList<string> references, DiagnosticBag own, DiagnosticBag shape)
    {
        StagedNode? earlier = pass.Before(frame.IdOf(plan.Id));
        bool isClean = earlier is { Problem: null } && pass.IsClean(earlier, plan, references);
        HashSet<string> names = [.. declare.Body.ArgumentNames];
        Scope scope = frame.ScopeOf(plan, pass.Settings.StandardLibrary);
        var passed = new Dictionary<string, PassedValue>(StringComparer.Ordinal);
        string? waiting = null;
        foreach (Statement statement in plan.Block.Body.Statements)
        {
            if (statement is BlockStatement block)
            {
                own.Error(block.HeaderSpan, $"an instance of a declare takes only attributes, not the block \"{block.Name}\"");
                continue;
            }

            var attribute = (AttributeStatement)statement;
            if (!names.Contains(attribute.Name))
            {
                shape.Error(attribute.NameSpan, $"declare \"{declare.Name}\" has no argument \"{attribute.Name}\"{Suggestion.For(attribute.Name, names)}"
                    + (names.Count == 0 ? "; it has none" : $" (it has: {string.Join(", ", names.Order(StringComparer.Ordinal))})"));
                continue;
            }

            Value? before = ((pass.Before($"{frame.IdOf(plan.Id)}/argument.{attribute.Name}")?.Exports as ObjectValue)?.Fields)?.GetValueOrDefault("value");
            Value value = before ?? PoisonValue.Instance;
            if (!isClean || before is null or PoisonValue)
            {
                int errorsBefore = own.ErrorCount;
                if (Evaluator.TryEvaluate(attribute.Value, scope, own, out Value evaluated))
                {
                    value = evaluated;
                }
                else if (own.ErrorCount == errorsBefore)
                {
                    waiting = pass.WaitReason(references);
                }
            }

            if (!passed.TryAdd(attribute.Name, new PassedValue(value, references)))
            {
                own.Error(attribute.NameSpan, $"attribute \"{attribute.Name}\" may be written only once");
            }
        }

        return new ModuleInput { Arguments = passed, Place = plan.Block.HeaderSpan, Waiting = waiting };
    }
}
