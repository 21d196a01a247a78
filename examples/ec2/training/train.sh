# Stands in for your train.py: counts epochs, says where it is, leaves a model in outputs/.
epochs=${1:-2}
echo "training on $(uname -m) with $(cat settings.txt), run by ${TRAINER:-nobody}"
epoch=0
while [ "$epoch" -lt "$epochs" ]; do
  epoch=$((epoch + 1))
  echo "epoch $epoch of $epochs"
  sleep "${PAUSE:-0}"
done
[ "$epochs" -gt 0 ] || { echo "nothing to learn" >&2; exit 3; }
mkdir -p outputs
echo "weights after $epochs epochs" >outputs/model.txt
