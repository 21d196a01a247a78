# Stands in for a training: says what it would have learnt from.
cat report.txt
