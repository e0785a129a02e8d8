const ITERATIONS = 400;
const LEARNING_RATE = 0.5;
const DECAY = 1e-3;

/**
 * @typedef {{ values: number[], label: string }} Sample
 * @typedef {{ classes: string[], means: number[], deviations: number[], weights: number[][], biases: number[] }} Model
 */

/**
 * Multinomial logistic regression by gradient descent over all samples at once, with weight decay, on columns of mean 0
 * and deviation 1. It begins at zero and has no chance in it: the same samples give the same model.
 *
 * @param {Sample[]} samples
 * @returns {Model}
 */
export function train(samples) {
  const classes = [...new Set(samples.map(({ label }) => label))].toSorted();
  const columns = samples[0].values.map((_, column) => samples.map(({ values }) => values[column]));
  const means = columns.map((column) => mean(column));
  const deviations = columns.map((column, i) => Math.sqrt(mean(column.map((x) => (x - means[i]) ** 2))) || 1);
  const inputs = samples.map(({ values }) => standardize(values, { means, deviations }));
  const truth = samples.map(({ label }) => classes.indexOf(label));

  const weights = classes.map(() => means.map(() => 0));
  const biases = classes.map(() => 0);
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const errors = inputs.map((input, i) =>
      probabilities(input, { weights, biases }).map((p, k) => p - (truth[i] === k ? 1 : 0)),
    );
    for (const k of classes.keys()) {
      biases[k] -= LEARNING_RATE * mean(errors.map((error) => error[k]));
      for (const j of means.keys()) {
        const slope = mean(errors.map((error, i) => error[k] * inputs[i][j]));
        weights[k][j] -= LEARNING_RATE * (slope + DECAY * weights[k][j]);
      }
    }
  }
  return { classes, ...roundAll({ means, deviations, weights, biases }) };
}

/**
 * The class that a model predicts from the numbers of a row.
 *
 * @param {Model} model
 * @param {number[]} values
 */
export function predict(model, values) {
  const chances = probabilities(standardize(values, model), model);
  return model.classes[chances.indexOf(Math.max(...chances))];
}

/**
 * What a model predicts for samples, and how often it predicted which class (second) for which (first).
 *
 * @param {Model} model
 * @param {Sample[]} samples
 */
export function confusionOf(model, samples) {
  const predicted = samples.map(({ values }) => predict(model, values));
  const countOf = (label, said) =>
    samples.filter((sample, i) => sample.label === label && predicted[i] === said).length;
  const counts = Object.fromEntries(
    model.classes.map((label) => [
      label,
      Object.fromEntries(model.classes.map((said) => [said, countOf(label, said)])),
    ]),
  );
  return { predicted, counts };
}

function standardize(values, { means, deviations }) {
  return values.map((value, i) => (value - means[i]) / deviations[i]);
}

function probabilities(input, { weights, biases }) {
  const scores = weights.map((row, k) => row.reduce((sum, weight, j) => sum + weight * input[j], biases[k]));
  const highest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - highest));
  const total = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / total);
}

function mean(numbers) {
  return numbers.reduce((a, b) => a + b, 0) / numbers.length;
}

/** Six digits: what follows says more about the machine than about the data. */
function roundAll(parameters) {
  return JSON.parse(JSON.stringify(parameters), (_, value) =>
    typeof value === "number" ? Number(value.toPrecision(6)) : value,
  );
}
