/* The sum of squares, for those who find numpy slow. */
double sum_of_squares(const double *values, long count) {
  double sum = 0;
  for (long i = 0; i < count; i++) sum += values[i] * values[i];
  return sum;
}
