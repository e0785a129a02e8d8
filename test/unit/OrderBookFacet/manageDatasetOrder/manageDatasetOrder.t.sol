// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Market} from "../../../fixtures/Market.sol";
import {OrderSigner} from "../../../fixtures/OrderSigner.sol";
import {IOrderBook} from "../../../../contracts/interfaces/IOrderBook.sol";
import {DatasetOrderOperation, OrderKind, OrderOperation} from "../../../../contracts/types/Orders.sol";

contract ManageDatasetOrder_Unit_Test is Market {
    function operation(OrderOperation verb, bytes memory sign) private view returns (DatasetOrderOperation memory) {
        return DatasetOrderOperation(datasetOrder, verb, sign);
    }

    function signed(Account memory account, OrderOperation verb) private view returns (bytes memory) {
        return _sign(account, signer.hashDatasetOperation(datasetOrder, verb));
    }

    function expectRefusal(DatasetOrderOperation memory operation_, address caller, address stands) private {
        bytes32 hash = signer.hashDataset(datasetOrder);
        vm.expectRevert(
            abi.encodeWithSelector(IOrderBook.OperationNotAuthorized.selector, OrderKind.DATASET, hash, stands)
        );
        vm.prank(caller);
        poco.manageDatasetOrder(operation_);
    }

    function testFuzz_RevertWhen_AStrangerSendsItWithoutTheSignatureOfTheDatasetsOwner(
        address stranger,
        bool close
    ) external {
        vm.assume(stranger != dataProvider.addr);
        OrderOperation verb = OrderOperation(close ? 1 : 0);

        expectRefusal(operation(verb, signed(anyone, verb)), stranger, dataProvider.addr);
    }

    function testFuzz_RevertWhen_TheDatasetsOwnerSignedTheOperationWithTheOtherVerb(bool close) external {
        (OrderOperation verb, OrderOperation other) = close
            ? (OrderOperation.CLOSE, OrderOperation.SIGN)
            : (OrderOperation.SIGN, OrderOperation.CLOSE);

        expectRefusal(operation(verb, signed(dataProvider, other)), anyone.addr, dataProvider.addr);
    }

    function testFuzz_RevertWhen_TheDatasetsOwnerSignedTheOperationOnAnotherOrder(bytes32 salt, bool close) external {
        vm.assume(salt != datasetOrder.salt);
        OrderOperation verb = OrderOperation(close ? 1 : 0);
        bytes memory sign = signed(dataProvider, verb);
        datasetOrder.salt = salt;

        expectRefusal(operation(verb, sign), anyone.addr, dataProvider.addr);
    }

    function testFuzz_RevertWhen_TheDatasetsOwnerSignedTheOrderAndNotTheOperation(bool close) external {
        OrderOperation verb = OrderOperation(close ? 1 : 0);

        expectRefusal(
            operation(verb, _sign(dataProvider, signer.hashDataset(datasetOrder))),
            anyone.addr,
            dataProvider.addr
        );
    }

    function testFuzz_RevertWhen_TheDatasetsOwnerSignedTheOperationForAnotherHub(address hub) external {
        vm.assume(hub != address(poco));
        bytes32 hash = new OrderSigner(hub).hashDatasetOperation(datasetOrder, OrderOperation.CLOSE);

        expectRefusal(operation(OrderOperation.CLOSE, _sign(dataProvider, hash)), anyone.addr, dataProvider.addr);
    }

    function testFuzz_RevertGiven_TheDatasetIsNotRegistered(address unregistered) external {
        vm.assume(unregistered != dataset);
        datasetOrder.dataset = unregistered;

        // Nobody owns it, and nobody signs for nobody.
        expectRefusal(operation(OrderOperation.SIGN, new bytes(65)), dataProvider.addr, address(0));
    }

    function test_RevertGiven_TheDatasetWasSold() external {
        bytes memory sign = signed(dataProvider, OrderOperation.SIGN);
        vm.prank(dataProvider.addr);
        datasetRegistry.transferFrom(dataProvider.addr, sponsor.addr, uint256(uint160(dataset)));

        expectRefusal(operation(OrderOperation.SIGN, sign), dataProvider.addr, sponsor.addr);
    }

    function testFuzz_WhenTheDatasetsOwnerPresigns(bytes calldata junk) external {
        bytes32 hash = signer.hashDataset(datasetOrder);

        // It should emit {SignedDatasetOrder}.
        vm.expectEmit(address(poco));
        emit IOrderBook.SignedDatasetOrder(hash);
        vm.prank(dataProvider.addr);
        poco.manageDatasetOrder(operation(OrderOperation.SIGN, junk));

        // It should remember who stands for the order.
        assertEq(poco.viewPresigned(hash), dataProvider.addr, "presigner");
        // It should consume nothing.
        assertEq(poco.viewConsumed(hash), 0, "consumed");
    }

    function test_WhenAStrangerBringsASignatureOfTheDatasetsOwnerToPresign() external {
        bytes32 hash = signer.hashDataset(datasetOrder);
        bytes memory sign = signed(dataProvider, OrderOperation.SIGN);

        // It should emit {SignedDatasetOrder}.
        vm.expectEmit(address(poco));
        emit IOrderBook.SignedDatasetOrder(hash);
        vm.prank(anyone.addr);
        poco.manageDatasetOrder(operation(OrderOperation.SIGN, sign));

        // It should remember who stands for the order.
        assertEq(poco.viewPresigned(hash), dataProvider.addr, "presigner");
    }

    function testFuzz_WhenTheDatasetsOwnerCloses(uint256 volume, bool presigned) external {
        datasetOrder.volume = volume;
        bytes32 hash = signer.hashDataset(datasetOrder);
        vm.startPrank(dataProvider.addr);
        if (presigned) poco.manageDatasetOrder(operation(OrderOperation.SIGN, ""));

        // It should emit {ClosedDatasetOrder}.
        vm.expectEmit(address(poco));
        emit IOrderBook.ClosedDatasetOrder(hash);
        poco.manageDatasetOrder(operation(OrderOperation.CLOSE, ""));

        // It should consume the whole volume.
        assertEq(poco.viewConsumed(hash), volume, "consumed");
        // It should leave the presigner as it was.
        assertEq(poco.viewPresigned(hash), presigned ? dataProvider.addr : address(0), "presigner");
    }

    function testFuzz_WhenAStrangerBringsASignatureOfTheDatasetsOwnerToClose(uint256 volume) external {
        datasetOrder.volume = volume;
        bytes32 hash = signer.hashDataset(datasetOrder);
        bytes memory sign = signed(dataProvider, OrderOperation.CLOSE);

        // It should emit {ClosedDatasetOrder}.
        vm.expectEmit(address(poco));
        emit IOrderBook.ClosedDatasetOrder(hash);
        vm.prank(anyone.addr);
        poco.manageDatasetOrder(operation(OrderOperation.CLOSE, sign));

        // It should consume the whole volume.
        assertEq(poco.viewConsumed(hash), volume, "consumed");
    }

    function testFuzz_WhenTheSignatureToPresignIsUsedAgainAfterTheClose(uint256 volume) external {
        datasetOrder.volume = volume;
        bytes memory sign = signed(dataProvider, OrderOperation.SIGN);
        poco.manageDatasetOrder(operation(OrderOperation.SIGN, sign));
        poco.manageDatasetOrder(operation(OrderOperation.CLOSE, signed(dataProvider, OrderOperation.CLOSE)));
        poco.manageDatasetOrder(operation(OrderOperation.SIGN, sign));

        // It should stay consumed.
        assertEq(poco.viewConsumed(signer.hashDataset(datasetOrder)), volume, "consumed");
    }
}
